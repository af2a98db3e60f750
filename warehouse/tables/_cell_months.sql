-- New downloads by cell and calendar month, in one pass over all intervals: sums, and the sums of squares that intervals need.
-- Differences of counters are spread over their days; a rolling window stays whole in the month of its reading, because its
-- days are not known. `top_models`: downloads and number of the five largest in one integer, see packed().
with pieces as (
    select
        model_number,
        method,
        new_downloads,
        from_on,
        to_on,
        unnest(range(first_month(from_on, to_on, method), month_number(to_on) + 1)) as month_number
    from _intervals
    where new_downloads <> 0
),

by_model as (
    select
        period_key(model_number, month_number, method) as period_key,
        sum(in_month(new_downloads, from_on, to_on, method, month_number))::bigint as new_downloads
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
    left join _marked_months as marks on by_model.period_key = marks.period_key
    where by_model.new_downloads > 0
),

final as (
    select
        cell,
        month_of(key_number(period_key & 65535)) as month_start,
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
