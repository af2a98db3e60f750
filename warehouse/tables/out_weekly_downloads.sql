-- New downloads by week, ready to draw; columns as in out_monthly_downloads.
with final as (
    select
        sides.attribution,
        periods.week_start,
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
    from _cell_weeks as counted
    inner join _sides as sides using (cell)
    inner join _weeks as periods on counted.week_start = periods.week_start and counted.method = periods.method
    group by all
)

select * from final
