-- 30-day counters at reading days that are 28 days or a little more apart, for models that have no all-time count there.
with recursive windows as (
    select * from _readings where downloads_30d is not null and downloads_all_time is null
),

reading_days as (
    select observed_on, bool_or(source_id = 'hub_history') as is_history from windows group by observed_on
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

chosen as (
    select
        series_id,
        model_id,
        observed_on as to_on,
        downloads_30d as new_downloads,
        lag(downloads_30d) over (partition by series_id order by observed_on) as previous_30d
    from windows
    semi join chain on windows.observed_on = chain.chosen_on
),

-- The first all-time interval that ends on or after the day covers it, if it has begun by then.
uncovered as (
    select chosen.*
    from chosen
    asof left join _all_time_intervals as counted on chosen.model_id = counted.model_id and chosen.to_on <= counted.to_on
    where counted.from_on is null or counted.from_on >= chosen.to_on
),

final as (
    select
        model_id,
        to_on,
        to_on - 30 as from_on,
        new_downloads,
        'rolling_window' as method,
        case
            when new_downloads >= 1000000 and new_downloads >= 10 * previous_30d then 'jump'
            when previous_30d >= 1000000 and new_downloads <= previous_30d / 10.0 then 'fall'
        end as flag
    from uncovered
)

select * from final
