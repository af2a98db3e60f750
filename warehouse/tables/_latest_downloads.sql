-- The newest 30-day counter of each model, of the series that counts: the weight of licences, makers and unknown names.
with final as (
    select
        model_number,
        coalesce(arg_max(downloads_30d, observed_on), 0) as downloads_30d,
        arg_max(source_id, observed_on) as source_id
    from _changes
    where downloads_30d is not null or downloads_all_time is not null or likes is not null
    group by model_number
)

select * from final
