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
        model_number,
        week_number,
        method,
        sum(in_week(new_downloads, from_on, to_on, week_number))::bigint as new_downloads
    from pieces
    group by model_number, week_number, method
),

marked as (
    select
        by_model.*,
        _traits.cell,
        coalesce(marks.flagged_downloads, 0) as flagged_downloads,
        coalesce(marks.marked_downloads, 0) as marked_downloads
    from by_model
    inner join _traits using (model_number)
    left join _marked_weeks as marks using (model_number, week_number, method)
    where by_model.new_downloads > 0
),

final as (
    select
        cell,
        week_of(week_number) as week_start,
        method,
        sum(new_downloads)::bigint as new_downloads,
        sum(squared(new_downloads)) as squared_downloads,
        count(*) as models,
        sum(flagged_downloads)::bigint as flagged_downloads,
        sum(marked_downloads)::bigint as marked_downloads,
        sum(squared(new_downloads - marked_downloads)) as squared_unmarked,
        max(packed(new_downloads, model_number), 5) as top_models
    from marked
    group by cell, week_number, method
)

select * from final
