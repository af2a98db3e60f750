-- New downloads by week, ready to draw. A week is complete when readings reach beyond both its ends.
with span as (
    select
        min(from_on) filter (where method = 'all_time_difference') as from_on,
        max(to_on) filter (where method = 'all_time_difference') as to_on,
        min(from_on) as window_from_on,
        max(to_on) as window_to_on
    from core_download_intervals
),

final as (
    select
        weeks.week_start,
        weeks.method,
        dimensions.attribution,
        dimensions.task_group,
        dimensions.region,
        dimensions.organisation_id,
        dimensions.family_id,
        coalesce(sum(weeks.new_downloads), 0)::bigint as new_downloads,
        count(*)::bigint as models,
        coalesce(sum(weeks.new_downloads) filter (where weeks.flag is not null), 0)::bigint as flagged_downloads,
        least(weeks.week_start + 6, span.window_to_on) as period_end,
        coalesce(
            weeks.week_start > if(weeks.method = 'rolling_window', span.window_from_on, span.from_on)
            and weeks.week_start + 6 <= if(weeks.method = 'rolling_window', span.window_to_on, span.to_on),
            false
        ) as is_complete
    from core_weekly_model_downloads as weeks
    inner join _model_dimensions as dimensions using (model_id)
    cross join span
    group by all
)

select * from final
