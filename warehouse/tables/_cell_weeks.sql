-- New downloads by cell and week that begins on Monday, in one pass over all intervals, spread evenly over their days.
-- Columns as in _cell_months.
with pieces as (
    select
        model_number,
        method,
        new_downloads,
        from_on,
        to_on,
        unnest(range(week_number(from_on + 1), week_number(to_on) + 1)) as week_number
    from _intervals
    where new_downloads <> 0
),

by_model as (
    select
        period_key(model_number, week_number, method) as period_key,
        sum(in_week(new_downloads, from_on, to_on, week_number))::bigint as new_downloads
    from pieces
    group by all
),

marked as (
    select
        by_model.*,
        _traits.*,
        coalesce(marks.flagged_downloads, 0) as flagged_downloads,
        coalesce(marks.marked_downloads, 0) as marked_downloads
    from by_model
    inner join _traits on key_model(by_model.period_key) = _traits.model_number
    left join _marked_weeks as marks on by_model.period_key = marks.period_key
    where by_model.new_downloads > 0
),

final as (
    select
        cell,
        week_of(key_number(period_key & 65535)) as week_start,
        key_method(period_key & 65535) as method,
        sum(new_downloads)::bigint as new_downloads,
        sum(squared(new_downloads)) as squared_downloads,
        count(*) as models,
        sum(flagged_downloads)::bigint as flagged_downloads,
        sum(marked_downloads)::bigint as marked_downloads,
        sum(squared(new_downloads - marked_downloads)) as squared_unmarked,
        max(packed(new_downloads, model_number), 5) as top_models
    from marked
    group by cell, period_key & 65535
)

select * from final
