-- Models that are gone: their account was read, and they were not there any more; with the counters that they had last.
with gone as (
    select model_number, source_id, observed_on as gone_on, from_on as last_on
    from _changes
    where downloads_30d is null and downloads_all_time is null and likes is null
),

known as (
    select model_number, observed_on, downloads_30d, downloads_all_time, likes
    from _changes
    semi join gone using (model_number)
    where downloads_30d is not null or downloads_all_time is not null or likes is not null
),

newest as (
    select model_number, max(observed_on) as newest_on from known group by model_number
),

final as (
    select
        gone.*,
        known.downloads_30d,
        known.downloads_all_time,
        known.likes,
        newest.newest_on > gone.gone_on as came_back
    from gone
    inner join newest using (model_number)
    asof inner join known on gone.model_number = known.model_number and gone.gone_on > known.observed_on
)

select * from final
