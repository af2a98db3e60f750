-- New downloads by month, ready to draw, by publisher and by origin. `method` is part of the key: counted or estimated.
-- `squared_downloads` is the sum of the squares of the models' downloads: concentration and intervals are computed from it.
with final as (
    select
        sides.attribution,
        periods.month_start,
        periods.method,
        sides.region,
        sides.organisation_id,
        sides.family_id,
        sides.is_language,
        sides.is_mainline,
        sides.is_large,
        sides.panel,
        sum(counted.new_downloads)::bigint as new_downloads,
        sum(counted.squared_downloads)::double as squared_downloads,
        sum(counted.models)::bigint as models,
        sum(counted.flagged_downloads)::bigint as flagged_downloads,
        sum(counted.marked_downloads)::bigint as marked_downloads,
        sum(counted.squared_unmarked)::double as squared_unmarked,
        periods.period_end,
        periods.is_complete
    from _cell_months as counted
    inner join _sides as sides using (cell)
    inner join _months as periods on counted.month_start = periods.month_start and counted.method = periods.method
    group by all
)

select * from final
