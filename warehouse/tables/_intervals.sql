-- New downloads of every model in the days after from_on up to and with to_on: the one place where counters become counts.
-- A view: plain differences are read from the changes as they stand; what needed a judgement stands in _judged.
with plain as (
    select
        model_number,
        from_on,
        observed_on as to_on,
        delta as new_downloads,
        'all_time_difference' as method,
        if(observed_on - from_on > 35, 'long_interval', null) as flag
    from _changes
    where delta > 0 and from_on is not null
),

final as (
    select plain.*
    from plain
    anti join _judged on plain.model_number = _judged.model_number and plain.to_on = _judged.to_on
    union all by name
    from _judged
    union all by name
    from _rolling_intervals
)

select * from final
