-- What a cumulative counter gained between two readings, judged: falls, recounts, standstills and gaps are named.
-- A weekly partition carries the date of its first day and holds the state of its last: beside a reading of the Hub itself
-- in those days it would come too early, with too high a count, and the next reading would look like a fall.
with asked as (
    select series_id, observed_on from _readings where source_id = 'hub_models' and downloads_all_time is not null
),

in_order as (
    select readings.*
    from _readings as readings
    asof left join asked on readings.series_id = asked.series_id and readings.observed_on <= asked.observed_on
    where readings.downloads_all_time is not null
        and (readings.source_id = 'hub_models' or asked.observed_on is null or asked.observed_on > readings.observed_on + 6)
),

counted as (
    select
        series_id,
        model_id,
        observed_on,
        source_id,
        downloads_30d,
        downloads_all_time,
        lag(model_id) over readings as previous_model_id,
        lag(observed_on) over readings as previous_on,
        lag(downloads_30d) over readings as previous_30d,
        lag(downloads_all_time) over readings as previous_all_time
    from in_order
    window readings as (partition by series_id order by observed_on)
),

pairs as (
    select
        series_id,
        model_id,
        previous_on as from_on,
        observed_on as to_on,
        downloads_all_time - previous_all_time as gained,
        downloads_30d as window_now,
        previous_30d as window_before,
        model_id <> previous_model_id as is_renamed
    from counted
    where previous_on is not null
),

-- A model that is younger than the reading before: its whole count is new, from the day it was created. (The state of a
-- weekly partition is up to six days younger than its date, and so may its models be.)
newcomers as (
    select
        counted.series_id,
        counted.model_id,
        least(greatest(models.created_at::date - 1, days.previous_reading_on), counted.observed_on - 1) as from_on,
        counted.observed_on as to_on,
        counted.downloads_all_time as gained,
        counted.downloads_30d as window_now,
        null::bigint as window_before,
        false as is_renamed
    from counted
    inner join core_models as models on counted.model_id = models.model_id
    inner join _reading_days as days
        on counted.source_id = days.source_id and counted.observed_on = days.observed_on
    where counted.previous_on is null
        and models.renamed_from is null
        and models.created_at::date between days.previous_reading_on
            and counted.observed_on + if(counted.source_id = 'hub_models', 1, 6)
),

intervals as (
    from pairs union all by name from newcomers
),

-- Only counters that stood still on a busy model can have stalled: the search for long standstills begins with them.
suspects as (
    select distinct series_id from pairs where gained = 0 and window_now > 1000
),

moves as (
    select series_id, from_on, to_on, sum((gained <> 0)::int) over (partition by series_id order by to_on) as run_number
    from pairs
    semi join suspects using (series_id)
),

-- A run begins with the reading that brought its count: the end of a move, or the series' first reading (run 0).
stalls as (
    select series_id, if(run_number = 0, min(from_on), min(to_on)) as since_on, max(to_on) as until_on
    from moves
    group by series_id, run_number
    having until_on - since_on >= 21
),

judged as (
    select
        intervals.*,
        to_on - from_on as days,
        case
            when gained < 0 then 'counter_fall'
            when gained > 50000
                and gained > 3 * greatest(window_now, window_before) * greatest(1, (to_on - from_on) / 30.0)
                and window_before is not null then 'counter_jump'
            when is_renamed then 'renamed'
            when gained = 0 and window_now > 1000 and stalls.series_id is not null then 'counter_stalled'
            when to_on - from_on > 35 then 'long_interval'
        end as flag
    from intervals
    left join stalls
        on intervals.series_id = stalls.series_id
        and intervals.to_on > stalls.since_on and intervals.to_on <= stalls.until_on
),

-- A counter that fell or leapt says nothing about the days between; the rolling window still does.
final as (
    select
        model_id,
        to_on,
        from_on,
        case
            when flag not in ('counter_fall', 'counter_jump') or flag is null then gained
            else round(coalesce(window_now, window_before) * days / 30.0)::bigint
        end as new_downloads,
        case
            when flag in ('counter_fall', 'counter_jump') and coalesce(window_now, window_before) is not null
                then 'rolling_window'
            else 'all_time_difference'
        end as method,
        flag
    from judged
)

select * from final
