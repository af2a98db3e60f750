-- The series of counters that counts: from a model's first answer of the Hub itself on, the weekly history is left out, and
-- already in the week before it, because a weekly partition carries the first day of its week and holds the state of the last.
-- A row without counters says that the model is gone: its account was read, and it was not there any more.
with asked as (
    select model_id, min(observed_on) as first_on from lake_model_observations where source_id = 'hub_models' group by model_id
),

counting as (
    select
        readings.*,
        lead(observed_on) over later as next_own_on,
        lead(source_id) over later as next_source_id
    from lake_model_observations as readings
    left join asked using (model_id)
    where readings.source_id = 'hub_models' or asked.first_on is null or readings.observed_on + 6 < asked.first_on
    window later as (partition by model_id order by observed_on)
),

accounts as (
    select distinct source_id, observed_on, split_part(model_id, '/', 1) as account from lake_model_observations
),

gone as (
    select counting.model_id, next_days.observed_on, counting.source_id
    from counting
    inner join _coverage as next_days
        on counting.source_id = next_days.source_id and counting.observed_on = next_days.previous_on
    inner join accounts
        on counting.source_id = accounts.source_id and next_days.observed_on = accounts.observed_on
        and split_part(counting.model_id, '/', 1) = accounts.account
    where coalesce(counting.next_source_id, counting.source_id) = counting.source_id
        and (counting.next_own_on is null or counting.next_own_on > next_days.observed_on)
),

series as (
    select model_id, observed_on, source_id, downloads_30d, downloads_all_time, likes, true as is_there from counting
    union all by name
    select model_id, observed_on, source_id, false as is_there from gone
),

final as (
    select
        model_number,
        observed_on,
        source_id,
        downloads_30d,
        downloads_all_time,
        likes,
        downloads_all_time - last_value(downloads_all_time ignore nulls) over earlier as delta,
        last_value(if(is_there, observed_on, null) ignore nulls) over earlier as from_on
    from series
    inner join _numbers using (model_id)
    window earlier as (partition by model_number order by observed_on rows between unbounded preceding and 1 preceding)
)

select * from final
