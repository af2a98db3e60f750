-- New downloads by model and calendar month. Differences of counters are spread over their days; a rolling window stays
-- whole in the month of its reading, because its days are not known.
with pieces as (
    select
        model_id,
        method,
        flag,
        unnest(
            generate_series(date_trunc('month', from_on + 1)::date, date_trunc('month', to_on)::date, interval 1 month)
        )::date as month_start,
        from_on,
        to_on,
        new_downloads
    from core_download_intervals
    where method = 'all_time_difference'
),

spread_out as (
    select
        model_id,
        month_start,
        method,
        flag,
        least(last_day(month_start), to_on) as period_end,
        spread(
            new_downloads, to_on - from_on, greatest(month_start - 1 - from_on, 0), least(last_day(month_start), to_on) - from_on
        ) as new_downloads
    from pieces
),

whole as (
    select model_id, date_trunc('month', to_on)::date as month_start, method, flag, to_on as period_end, new_downloads
    from core_download_intervals
    where method = 'rolling_window'
),

final as (
    select
        model_id,
        month_start,
        method,
        sum(new_downloads)::bigint as new_downloads,
        coalesce(sum(new_downloads) filter (where flag is not null), 0)::bigint as flagged_downloads,
        max(period_end) as period_end,
        arg_min(flag, flag_rank(flag)) as flag
    from (from spread_out union all by name from whole) as both_methods
    group by model_id, month_start, method
)

select * from final
