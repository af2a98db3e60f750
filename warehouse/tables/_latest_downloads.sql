-- The newest 30-day counter of each model: the weight of what could not be mapped.
with final as (
    select
        model_id,
        coalesce(arg_max(downloads_30d, (observed_on, source_id)), 0) as downloads_30d,
        arg_max(source_id, (observed_on, source_id)) as source_id
    from core_model_observations
    group by model_id
)

select * from final
