-- Months and methods with the last day that their figures reach, and whether the month is all there: either a reading
-- whose window ends in it, or counters read before it began and up to its last day.
with counter_span as (
    select min(from_on) as from_on, max(to_on) as to_on from _spans where method = 'all_time_difference'
),

window_months as (
    select distinct date_trunc('month', to_on)::date as month_start from _rolling_intervals
),

pieces as (
    select *, unnest(range(first_month(from_on, to_on, method), month_number(to_on) + 1)) as month_number from _spans
),

ends as (
    select month_of(month_number) as month_start, method, max(least(last_day(month_of(month_number)), to_on)) as period_end
    from pieces
    group by all
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
