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

spikes as (
    select
        model_number,
        max(to_on) as on_day,
        min(from_on) as from_on,
        'spike' as kind,
        sum(new_downloads)::bigint as size,
        sum(new_downloads)::bigint as counted,
        'kept' as treatment,
        format(
            '{:,} downloads in {:,} days, up to {:,} times the model''s usual pace, and no more likes than usual.',
            sum(new_downloads)::bigint, max(to_on) - min(from_on), round(max(times_usual))::bigint
        ) as reason
    from spike_runs
    group by model_number, method, run_number
),

windows as (
    select
        windows.model_number,
        windows.to_on as on_day,
        intervals.from_on,
        intervals.flag as kind,
        windows.downloads_30d - windows.previous_30d as size,
        windows.downloads_30d as counted,
        'kept' as treatment,
        format(
            'The 30-day counter went from {:,} to {:,} from one month to the next.', windows.previous_30d, windows.downloads_30d
        ) as reason
    from _rolling_intervals as intervals
    inner join _large_windows as windows using (model_number, to_on)
    where intervals.flag in ('jump', 'fall')
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
