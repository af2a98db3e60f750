-- Weeks and methods with the last day that their figures reach. A week is complete when readings reach beyond both its ends.
with span as (
    select
        min(from_on) filter (where method = 'all_time_difference') as from_on,
        max(to_on) filter (where method = 'all_time_difference') as to_on,
        min(from_on) as window_from_on,
        max(to_on) as window_to_on
    from _spans
),

weeks as (
    select distinct week_start, method from _cell_weeks
),

final as (
    select
        weeks.week_start,
        weeks.method,
        least(weeks.week_start + 6, span.window_to_on) as period_end,
        coalesce(
            weeks.week_start > if(weeks.method = 'rolling_window', span.window_from_on, span.from_on)
            and weeks.week_start + 6 <= if(weeks.method = 'rolling_window', span.window_to_on, span.to_on),
            false
        ) as is_complete
    from weeks
    cross join span
)

select * from final
