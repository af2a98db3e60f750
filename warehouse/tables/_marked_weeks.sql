-- What a week holds of intervals with a flag, by model.
with pieces as (
    select *, unnest(range(week_number(from_on + 1), week_number(to_on) + 1)) as week_number
    from _intervals
    where flag is not null and new_downloads <> 0
),

final as (
    select
        period_key(model_number, week_number, method) as period_key,
        sum(in_week(new_downloads, from_on, to_on, week_number))::bigint as flagged_downloads,
        coalesce(sum(in_week(new_downloads, from_on, to_on, week_number)) filter (where is_marked(flag)), 0)::bigint as marked_downloads
    from pieces
    group by all
)

select * from final
