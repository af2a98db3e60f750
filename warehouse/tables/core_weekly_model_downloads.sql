-- Intervals spread evenly over their days and gathered by weeks that begin on Monday; the integers add up exactly.
-- A week that holds any part of a rolling window is marked so: its days were not counted, they were estimated.
with pieces as (
    select
        model_id,
        method,
        flag,
        unnest(generate_series(date_trunc('week', from_on + 1)::date, to_on, interval 7 days))::date as week_start,
        from_on,
        to_on,
        new_downloads
    from core_download_intervals
),

final as (
    select
        model_id,
        week_start,
        sum(
            spread(new_downloads, to_on - from_on, greatest(week_start - 1 - from_on, 0), least(week_start + 6, to_on) - from_on)
        )::bigint as new_downloads,
        max(method) as method,
        arg_min(flag, flag_rank(flag)) as flag
    from pieces
    group by model_id, week_start
)

select * from final
