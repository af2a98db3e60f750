-- What a month holds of intervals with a flag, by model: few rows, because few intervals have one.
with pieces as (
    select *, unnest(range(first_month(from_on, to_on, method), month_number(to_on) + 1)) as month_number
    from _intervals
    where flag is not null and new_downloads <> 0
),

final as (
    select
        period_key(model_number, month_number, method) as period_key,
        sum(in_month(new_downloads, from_on, to_on, method, month_number))::bigint as flagged_downloads,
        coalesce(sum(in_month(new_downloads, from_on, to_on, method, month_number)) filter (where is_marked(flag)), 0)::bigint as marked_downloads
    from pieces
    group by all
)

select * from final
