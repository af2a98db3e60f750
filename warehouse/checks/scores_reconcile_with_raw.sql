-- what: boards whose number or sum of scores differs from the total of the raw payload
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a score lost on the way would change who leads without anybody noticing
with ours as (
    select source_id, 'rows' as measure, count(*)::double as value
    from core_scores inner join core_benchmarks using (benchmark_id) group by all
    union all
    select source_id, 'score_sum', sum(score)
    from core_scores inner join core_benchmarks using (benchmark_id) group by all
),

raw as (
    select source_id, measure, sum(value) as value
    from lake_control_totals
    where measure in ('rows', 'score_sum') and source_id in (select distinct source_id from lake_scores)
    group by all
),

-- Sums of the same numbers in another order differ in their last digits.
final as (
    select source_id, measure, raw.value as in_raw, ours.value as in_table
    from raw
    full join ours using (source_id, measure)
    where raw.value is null or abs(raw.value - coalesce(ours.value, 0)) > 1e-9 * greatest(abs(raw.value), 1)
)

select * from final
