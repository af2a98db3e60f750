-- Published figures that releases built after a moment said otherwise: as published then, and as published now; what was
-- changed and changed back is left out. Shares of downloads first, weeks last; of them the usual choices, and the largest.
-- Parameters: since (time in UTC: only releases built after it count), usual (definitions that the pages show unasked).
with later as (
    select revisions.*, comparisons.built_at
    from meta_revisions as revisions
    inner join meta_comparisons as comparisons using (published_in)
    where comparisons.built_at > $since
),

net as (
    select
        what,
        definition,
        period,
        period_start,
        group_name,
        first(value_before order by built_at) as value_before,
        last(value_after order by built_at) as value_after,
        max(size) as size,
        last(published_in order by built_at) as published_in,
        max(built_at) as built_at,
        string_agg(distinct reason_kinds, ',') as reason_kinds,
        array_to_string(list_distinct(list(reason order by built_at desc)), ' ') as reason
    from later
    group by what, definition, period, period_start, group_name
),

final as (
    select
        net.*,
        value_after - value_before as difference,
        benchmarks.name as benchmark_name
    from net
    left join core_benchmarks as benchmarks on net.definition = 'benchmark=' || benchmarks.benchmark_id
    where value_before is distinct from value_after
    order by
        period = 'week',
        list_position(['download_share', 'new_downloads', 'licence_share', 'best_score'], what),
        not list_contains($usual, definition),
        coalesce(size, 0) desc,
        definition,
        period_start,
        group_name
)

select * from final
