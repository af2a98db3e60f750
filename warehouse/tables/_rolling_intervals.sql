-- 30-day counters at reading days that are 28 days or a little more apart, for models that have no all-time count there.
with recursive series as (
    select
        *,
        coalesce(lead(observed_on) over series_of_model, date '9999-12-31') as changed_on
    from _changes
    where downloads_all_time is null
        or delta is null
        or model_number in (select model_number from _suspects)
    window series_of_model as (partition by model_number order by observed_on, source_id)
),

-- A counter stands until it changes; at the first all-time count the windows end.
windows as (
    select model_number, observed_on, changed_on, downloads_30d
    from series
    where downloads_all_time is null and downloads_30d is not null and changed_on > observed_on
),

reading_days as (
    select days.observed_on, bool_or(days.source_id = 'hub_history') as is_history
    from _coverage as days
    semi join (select distinct observed_on, changed_on from windows) as spans
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

covered as (
    select chain.chosen_on, days.scope, accounts.account
    from chain
    inner join _coverage as days on chain.chosen_on = days.observed_on
    left join input_covered_accounts as accounts
        on days.scope <> 'hub' and days.source_id = accounts.source_id and days.observed_on = accounts.observed_on
),

chosen as (
    select
        windows.model_number,
        chain.chosen_on as to_on,
        windows.downloads_30d as new_downloads,
        lag(windows.downloads_30d) over (partition by windows.model_number order by chain.chosen_on) as previous_30d
    from chain
    inner join windows on chain.chosen_on >= windows.observed_on and chain.chosen_on < windows.changed_on
    inner join _numbers using (model_number)
    where exists (
        select 1 from covered
        where covered.chosen_on = chain.chosen_on
            and (covered.scope = 'hub' or covered.account = split_part(_numbers.model_id, '/', 1))
    )
),

-- An all-time interval may bridge a day that has no all-time count.
uncovered as (
    select chosen.*
    from chosen
    anti join _judged as counted
        on chosen.model_number = counted.model_number
        and chosen.to_on > counted.from_on and chosen.to_on <= counted.to_on
),

final as (
    select
        model_number,
        to_on - 30 as from_on,
        to_on,
        new_downloads,
        'rolling_window' as method,
        case
            when new_downloads >= 1000000 and new_downloads >= 10 * previous_30d then 'jump'
            when previous_30d >= 1000000 and new_downloads <= previous_30d / 10.0 then 'fall'
        end as flag
    from uncovered
    where new_downloads > 0 or previous_30d >= 1000000
)

select * from final
