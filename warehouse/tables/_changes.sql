-- The series of counters that counts. From a model's first answer of the Hub itself on, the weekly history no longer does,
-- nor in the week before it: a weekly partition carries the first day of its week and holds the state of its last.
with asked as (
    select model_number, min(observed_on) as first_on
    from lake_model_changes
    where source_id = 'hub_models' and downloads_all_time is not null
    group by model_number
),

-- What the history knew last before the hand-over; unchanged counters have no row, so they are as old as the last reading.
last_of_history as (
    select
        asked.model_number,
        asked.first_on,
        arg_max_null(history.downloads_all_time, history.observed_on) as downloads_all_time
    from asked
    inner join lake_model_changes as history
        on asked.model_number = history.model_number
        and history.source_id = 'hub_history'
        and history.observed_on + 6 < asked.first_on
    group by asked.model_number, asked.first_on
),

history_days as (
    select asked.first_on, max(_coverage.observed_on) as last_on
    from (select distinct first_on from asked) as asked
    inner join _coverage on _coverage.source_id = 'hub_history' and _coverage.observed_on + 6 < asked.first_on
    group by asked.first_on
),

bridges as (
    select model_number, first_on, downloads_all_time, last_on
    from last_of_history
    inner join history_days using (first_on)
    where downloads_all_time is not null
),

final as (
    select
        changes.model_number,
        changes.observed_on,
        changes.source_id,
        changes.downloads_30d,
        changes.downloads_all_time,
        changes.likes,
        if(
            bridges.first_on = changes.observed_on and changes.source_id = 'hub_models',
            changes.downloads_all_time - bridges.downloads_all_time,
            changes.delta
        ) as delta,
        if(
            bridges.first_on = changes.observed_on and changes.source_id = 'hub_models', bridges.last_on, changes.from_on
        ) as from_on
    from lake_model_changes as changes
    left join asked using (model_number)
    left join bridges using (model_number)
    where changes.source_id = 'hub_models'
        or asked.first_on is null
        or changes.observed_on + 6 < asked.first_on
        or (changes.downloads_all_time is null and changes.downloads_30d is not null)
)

select * from final
