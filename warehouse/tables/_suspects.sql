-- Models whose counters are looked at reading by reading, because a single change gives a reason to. Among three million
-- they are few: everything after this step touches their changes only.
with first_day as (
    select min(observed_on) as all_time_since from _changes where downloads_all_time is not null
),

odd as (
    -- The counter fell, or rose by more than the 30-day counter can bear out.
    select model_number
    from _changes
    where delta < 0 or (delta > 50000 and delta > 3 * downloads_30d * greatest(1, (observed_on - from_on) / 30.0))
    union all
    -- A reading without the all-time count between those that have it.
    select model_number
    from _changes
    cross join first_day
    where downloads_all_time is null and downloads_30d is not null and observed_on > all_time_since
),

-- Whoever gains this much between two readings is large enough for a spike.
large as (
    select model_number from _changes where delta >= 100000 * least(1, (observed_on - from_on) / 7)
),

-- Days on which the counter of a busy model moved. Between two of them, or after the last, it may have stood still.
moves as (
    select
        changes.model_number,
        coalesce(lag(changes.observed_on) over moved, changes.observed_on) as moved_on,
        changes.from_on as still_on,
        lead(changes.observed_on) over moved is null as is_last,
        changes.observed_on,
        changes.source_id
    from _changes as changes
    where changes.downloads_30d > 1000 and changes.downloads_all_time is not null and changes.delta is distinct from 0
    window moved as (partition by changes.model_number order by changes.observed_on)
),

last_days as (
    select source_id, max(observed_on) as last_on from _coverage group by source_id
),

standing as (
    select moves.model_number
    from moves
    inner join last_days using (source_id)
    where moves.still_on - moves.moved_on >= 21 or (moves.is_last and last_days.last_on - moves.observed_on >= 21)
),

final as (
    select distinct model_number
    from (
        from odd
        union all
        from large
        union all
        from standing
        union all
        select model_number from _renames
    ) as suspects
)

select * from final
