-- The series of counters that counts: from a model's first answer of the Hub itself on, the weekly history is left out, and
-- already in the week before it, because a weekly partition carries the first day of its week and holds the state of the last.
with asked as (
    select model_id, min(observed_on) as first_on from lake_model_observations where source_id = 'hub_models' group by model_id
),

counting as (
    select readings.*
    from lake_model_observations as readings
    left join asked using (model_id)
    where readings.source_id = 'hub_models' or asked.first_on is null or readings.observed_on + 6 < asked.first_on
),

final as (
    select
        model_number,
        observed_on,
        source_id,
        downloads_30d,
        downloads_all_time,
        likes,
        downloads_all_time - lag(downloads_all_time) over readings as delta,
        lag(observed_on) over readings as from_on
    from counting
    inner join _numbers using (model_id)
    window readings as (partition by model_number order by observed_on)
)

select * from final
