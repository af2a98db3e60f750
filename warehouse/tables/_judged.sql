-- Every interval of the all-time counter that is not the plain difference of two readings, with what counts instead.
with pairs as (
    select *, observed_on as to_on, observed_on - from_on as days
    from _suspect_series
    where from_on is not null and gained <> 0
),

flagged as (
    select
        model_number,
        from_on,
        to_on,
        days,
        gained,
        from_on is not distinct from plain_from_on and gained is not distinct from plain_delta as is_plain,
        coalesce(downloads_30d, window_before) as window_now,
        case
            when gained < 0 then 'counter_fall'
            when is_leap then 'counter_jump'
            when spikes.to_on is not null then 'spike'
            when is_renamed then 'renamed'
            when days > 35 then 'long_interval'
        end as flag
    from pairs
    left join (from _spikes where method = 'all_time_difference') as spikes using (model_number, from_on, to_on)
),

-- A counter that fell or leapt says nothing about the days between; the rolling window still does.
replaced as (
    select
        model_number,
        from_on,
        to_on,
        if(is_replaced, round(window_now * days / 30.0)::bigint, gained) as new_downloads,
        if(is_replaced and window_now is not null, 'rolling_window', 'all_time_difference') as method,
        flag,
        is_plain
    from (select *, coalesce(flag in ('counter_fall', 'counter_jump'), false) as is_replaced from flagged) as judged
),

-- Where nothing was judged and the interval is the plain difference of a change, _intervals has it already.
not_plain as (
    select * exclude (is_plain) from replaced where flag is not null or not is_plain
),

stalls as (
    select
        model_number,
        from_on,
        to_on,
        0::bigint as new_downloads,
        'all_time_difference' as method,
        'counter_stalled' as flag
    from _stalls
),

-- A model that is younger than the reading before: its whole count is new, from the day it was created. (The state of a
-- weekly partition is up to six days younger than its date, and so may its models be.)
newcomers as (
    select
        changes.model_number,
        least(greatest(metadata.stated_created_at::date - 1, days.previous_reading_on), changes.observed_on - 1) as from_on,
        changes.observed_on as to_on,
        changes.downloads_all_time as new_downloads,
        'all_time_difference' as method,
        null as flag
    from _changes as changes
    inner join _latest_metadata as metadata on changes.model_number = metadata.model_number
    inner join _reading_days as days on changes.source_id = days.source_id and changes.observed_on = days.observed_on
    anti join _renames on changes.model_number = _renames.model_number
    where changes.from_on is null
        and changes.downloads_all_time > 0
        and metadata.stated_created_at::date between days.previous_reading_on
            and changes.observed_on + if(changes.source_id = 'hub_models', 1, 6)
),

final as (
    from not_plain union all by name from stalls union all by name from newcomers
)

select * from final
