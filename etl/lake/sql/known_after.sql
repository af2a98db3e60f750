-- The last known values after a reading, for the next one. Parameters: observed_on. Tables: last_known, observed, described, changes.
with gone as (
    select model_number from changes where downloads_30d is null and downloads_all_time is null
),

final as (
    select
        coalesce(last_known.model_number, observed.model_number, described.model_number) as model_number,
        if(observed.model_number is null, last_known.downloads_30d, observed.downloads_30d) as downloads_30d,
        if(observed.model_number is null, last_known.downloads_all_time, observed.downloads_all_time) as downloads_all_time,
        if(observed.model_number is null, last_known.likes, observed.likes) as likes,
        if(observed.model_number is null, last_known.last_on, $observed_on::date) as last_on,
        case
            when observed.model_number is not null then false
            when gone.model_number is not null then true
            else last_known.is_gone
        end as is_gone,
        coalesce(described.facts_hash, last_known.facts_hash) as facts_hash
    from last_known
    full join observed using (model_number)
    full join described using (model_number)
    left join gone using (model_number)
)

select * from final order by model_number
