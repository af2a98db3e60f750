-- Months and methods with the last day that their figures reach, and whether the month is all there: either a reading
-- whose window ends in it, or counters read before it began and up to its last day.
with counter_span as (
    select min(from_on) as from_on, max(to_on) as to_on
    from core_download_intervals
    where method = 'all_time_difference'
),

window_months as (
    select distinct date_trunc('month', to_on)::date as month_start from _rolling_intervals
),

ends as (
    select month_start, method, max(period_end) as period_end from _model_months group by month_start, method
),

final as (
    select
        ends.month_start,
        ends.method,
        ends.period_end,
        coalesce(counter_span.from_on < ends.month_start and counter_span.to_on >= last_day(ends.month_start), false)
        or (ends.method = 'rolling_window' and window_months.month_start is not null) as is_complete
    from ends
    cross join counter_span
    left join window_months on ends.month_start = window_months.month_start
)

select * from final
