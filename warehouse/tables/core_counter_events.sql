-- What happened to counters that is not downloads, or not as usual: each with its size, what counts of it, how it is treated
-- and one sentence that says why. An event of an account as a whole stands under its name and an asterisk.
with judged as (
    select
        series.model_number,
        series.observed_on as on_day,
        judged.from_on,
        judged.flag as kind,
        series.gained as size,
        judged.new_downloads as counted,
        case
            when judged.flag = 'renamed' then 'joined'
            when judged.flag = 'spike' then 'kept'
            when judged.new_downloads is null then 'left_out'
            else 'replaced'
        end as treatment,
        case judged.flag
            when 'counter_fall' then format(
                'The all-time counter fell from {:,} to {:,}; downloads cannot be undone, so it was recounted.',
                series.all_time_before, series.downloads_all_time
            )
            when 'counter_jump' then format(
                'The all-time counter rose by {:,} in {:,} days, while the 30-day counter stood at {:,}: it was recounted.',
                series.gained, judged.to_on - judged.from_on, greatest(series.downloads_30d, series.window_before)
            )
            when 'renamed' then format(
                'The repository went on under a new name: {:,} at the last reading of {:s}, {:,} at the first of this one.',
                series.all_time_before, older.model_id, series.downloads_all_time
            )
        end as reason
    from _judged as judged
    inner join _suspect_series as series
        on judged.model_number = series.model_number and judged.to_on = series.observed_on
    left join _renames as renames on judged.model_number = renames.model_number
    left join _numbers as older on renames.renamed_from_number = older.model_number
    where judged.flag in ('counter_fall', 'counter_jump', 'renamed')
),

stalls as (
    select
        stalls.model_number,
        stalls.to_on as on_day,
        stalls.from_on,
        'counter_stalled' as kind,
        coalesce(catch_up.gained, 0) as size,
        coalesce(catch_up.gained, 0) as counted,
        'kept' as treatment,
        format(
            'The all-time counter stood still for {:,} days while the 30-day counter said {:,}; {:s}.',
            stalls.to_on - stalls.from_on,
            stalls.downloads_30d,
            if(catch_up.gained is null, 'it has not moved since', format('then {:,} came at once', catch_up.gained))
        ) as reason
    from _stalls as stalls
    left join _suspect_series as catch_up
        on stalls.model_number = catch_up.model_number and stalls.to_on = catch_up.from_on
),

-- Intervals of a spike that follow one another are one event.
spike_parts as (
    select
        *,
        coalesce(from_on > lag(to_on) over series + 10, true) as begins
    from _spikes
    window series as (partition by model_number, method order by to_on)
),

spike_runs as (
    select *, sum(begins::int) over (partition by model_number, method order by to_on) as run_number from spike_parts
),

-- Windows overlap: the largest of a run is its size, and only those chosen for the sums count.
spikes as (
    select
        runs.model_number,
        max(runs.to_on) as on_day,
        min(runs.from_on) as from_on,
        'spike' as kind,
        if(runs.method = 'rolling_window', max(runs.new_downloads), sum(runs.new_downloads))::bigint as size,
        coalesce(sum(intervals.new_downloads), 0)::bigint as counted,
        'kept' as treatment,
        format(
            '{:,} downloads in {:,} days, up to {:,} times the model''s usual pace; its likes did not follow.',
            if(runs.method = 'rolling_window', max(runs.new_downloads), sum(runs.new_downloads))::bigint,
            if(runs.method = 'rolling_window', 30, max(runs.to_on) - min(runs.from_on)),
            round(max(runs.times_usual))::bigint
        ) as reason
    from spike_runs as runs
    left join (from _judged where flag = 'spike' union all by name from _rolling_intervals where flag = 'spike') as intervals
        on runs.model_number = intervals.model_number and runs.to_on = intervals.to_on and runs.method = intervals.method
    group by runs.model_number, runs.method, runs.run_number
),

-- A leap or a fall stays in view for the weeks that its window is compared with: the first reading tells it.
leaps as (
    select windows.*, _rolling_flags.flag
    from _rolling_flags
    inner join _large_windows as windows using (model_number, to_on)
    where _rolling_flags.flag in ('jump', 'fall')
    qualify coalesce(windows.previous_on > lag(windows.to_on) over (
        partition by windows.model_number, _rolling_flags.flag order by windows.to_on
    ), true)
),

windows as (
    select
        leaps.model_number,
        leaps.to_on as on_day,
        leaps.previous_on as from_on,
        leaps.flag as kind,
        leaps.downloads_30d - leaps.previous_30d as size,
        leaps.downloads_30d as counted,
        'kept' as treatment,
        format(
            'The 30-day counter went from {:,} on {:s} to {:,}.', leaps.previous_30d, leaps.previous_on::varchar, leaps.downloads_30d
        ) as reason
    from leaps
),

vanished as (
    select
        vanished.model_number,
        vanished.gone_on as on_day,
        vanished.last_on as from_on,
        'vanished' as kind,
        vanished.downloads_30d as size,
        0::bigint as counted,
        'kept' as treatment,
        format(
            'Read for the last time on {:s} with {:,} downloads in 30 days; the account was read again, the model was not there{:s}.',
            vanished.last_on::varchar, vanished.downloads_30d, if(vanished.came_back, ', and came back later', '')
        ) as reason
    from _vanished as vanished
    anti join _renames on vanished.model_number = _renames.renamed_from_number
    where vanished.downloads_30d >= 1000 and not vanished.with_account
),

of_models as (
    select _numbers.model_id, events.* exclude (model_number)
    from (
        from judged
        union all by name from stalls
        union all by name from spikes
        union all by name from windows
        union all by name from vanished
    ) as events
    inner join _numbers using (model_number)
),

final as (
    select model_id, on_day, kind, from_on, size, counted, treatment, reason from of_models
    union all
    select account || '/*', on_day, 'account_enters', from_on, size, size, 'kept', reason from _entries
)

select * from final
