-- Every 30-day window of the models that ever had a million downloads in one, chosen for the sums or not: spikes, leaps and
-- falls are looked for there. Each is held against the reading of three weeks before: weekly windows overlap, and what a
-- single week brings would show too late against the last one.
with large as (
    select * from _window_states
    where model_number in (select model_number from _window_states where downloads_30d >= 1000000)
),

-- A reading of the whole Hub covers every account: no name has to be looked at.
whole_days as (
    select distinct observed_on from _coverage where scope = 'hub'
),

account_days as (
    select distinct covered.observed_on, covered.account
    from input_covered_accounts as covered
    anti join whole_days using (observed_on)
),

read as (
    select states.*, whole_days.observed_on as to_on
    from large as states
    inner join whole_days
        on whole_days.observed_on >= states.observed_on and whole_days.observed_on < states.changed_on
    union all
    select states.*, account_days.observed_on
    from large as states
    inner join _numbers using (model_number)
    inner join account_days
        on split_part(_numbers.model_id, '/', 1) = account_days.account
        and account_days.observed_on >= states.observed_on and account_days.observed_on < states.changed_on
),

final as (
    select
        windows.model_number,
        windows.to_on,
        windows.downloads_30d,
        windows.likes,
        earlier.to_on as previous_on,
        earlier.downloads_30d as previous_30d,
        earlier.likes as likes_before
    from read as windows
    asof left join read as earlier
        on windows.model_number = earlier.model_number and windows.to_on - 20 >= earlier.to_on
)

select * from final
