-- 30-day counters at reading days that are 28 days or a little more apart, for models that have no all-time count there.
with recursive reading_days as (
    select days.observed_on, bool_or(days.source_id = 'hub_history') as is_history
    from _coverage as days
    semi join (select distinct observed_on, changed_on from _window_states) as spans
        on days.observed_on >= spans.observed_on and days.observed_on < spans.changed_on
    group by days.observed_on
),

-- The first day that is at least 28 days later; within a week after it, a day of the weekly history (it has every model)
-- is taken before a day on which only the tracked organisations were asked.
successors as (
    select
        earlier.observed_on,
        min_by(later.observed_on, (not (later.is_history and later.observed_on <= earlier.observed_on + 35), later.observed_on))
            as next_on
    from reading_days as earlier
    inner join reading_days as later on later.observed_on >= earlier.observed_on + 28
    group by earlier.observed_on
),

chain as (
    select min(observed_on) as chosen_on from reading_days having count(*) > 0
    union all
    select successors.next_on
    from chain
    inner join successors on chain.chosen_on = successors.observed_on
),

days as (
    select _coverage.* from _coverage inner join chain on _coverage.observed_on = chain.chosen_on
),

-- A reading of the whole Hub covers every account: no name has to be looked at.
whole_days as (
    select distinct observed_on from days where scope = 'hub'
),

account_days as (
    select distinct covered.observed_on, covered.account
    from input_covered_accounts as covered
    semi join days using (source_id, observed_on)
    anti join whole_days using (observed_on)
),

read as (
    select states.*, whole_days.observed_on as to_on
    from _window_states as states
    inner join whole_days
        on whole_days.observed_on >= states.observed_on and whole_days.observed_on < states.changed_on
    union all
    select states.*, account_days.observed_on
    from _window_states as states
    inner join _numbers using (model_number)
    inner join account_days
        on split_part(_numbers.model_id, '/', 1) = account_days.account
        and account_days.observed_on >= states.observed_on and account_days.observed_on < states.changed_on
),

final as (
    select model_number, to_on, downloads_30d from read where downloads_30d > 0
)

select * from final
