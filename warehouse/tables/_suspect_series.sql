-- The all-time counters of the suspects in order, each with the reading before it. A state lasts until the last reading
-- that still found it; a renamed repository goes on from the last state of its older name.
with last_days as (
    select source_id, max(observed_on) as last_on from _coverage group by source_id
),

states as (
    select
        changes.*,
        coalesce(lead(changes.from_on) over series, ends.last_on, last_days.last_on) as until_on
    from _changes as changes
    semi join _suspects as suspects on changes.model_number = suspects.model_number
    inner join last_days on changes.source_id = last_days.source_id
    inner join _numbers on changes.model_number = _numbers.model_number
    left join _account_ends as ends on split_part(_numbers.model_id, '/', 1) = ends.account
    window series as (partition by changes.model_number order by changes.observed_on)
),

counted as (
    select
        model_number,
        observed_on,
        greatest(until_on, observed_on) as until_on,
        source_id,
        downloads_30d,
        downloads_all_time,
        likes,
        delta as plain_delta,
        from_on as plain_from_on,
        lag(greatest(until_on, observed_on)) over series as from_on,
        lag(downloads_30d) over series as window_before,
        lag(downloads_all_time) over series as all_time_before,
        lag(likes) over series as likes_before
    from states
    where downloads_all_time is not null
    window series as (partition by model_number order by observed_on)
),

joined as (
    select
        counted.* replace (
            coalesce(counted.from_on, older.last_on) as from_on,
            coalesce(counted.window_before, older.downloads_30d) as window_before,
            coalesce(counted.all_time_before, older.downloads_all_time) as all_time_before,
            coalesce(counted.likes_before, older.likes) as likes_before
        ),
        counted.from_on is null and older.last_on is not null as is_renamed,
        counted.downloads_all_time - coalesce(counted.all_time_before, older.downloads_all_time) as gained
    from counted
    left join _renames on counted.model_number = _renames.model_number and counted.observed_on = _renames.observed_on
    left join _vanished as older
        on _renames.renamed_from_number = older.model_number and older.gone_on <= counted.observed_on and not older.came_back
),

-- A leap: more than 50,000, and more than three times what the 30-day counters can bear out.
final as (
    select
        *,
        coalesce(
            gained > 50000
            and gained > 3 * greatest(downloads_30d, window_before) * greatest(1, (observed_on - from_on) / 30.0)
            and window_before is not null,
            false
        ) as is_leap
    from joined
)

select * from final
