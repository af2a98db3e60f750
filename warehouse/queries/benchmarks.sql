-- Leaderboards with the span of their boards; those with closed and open models first, then by name.
with final as (
    select
        benchmarks.benchmark_id,
        benchmarks.name,
        benchmarks.source_id,
        benchmarks.unit,
        benchmarks.higher_is_better,
        min(scores.published_on) as first_published_on,
        max(scores.published_on) as last_published_on,
        count(distinct scores.published_on) as boards,
        count(distinct scores.model_label) as models,
        count(*) filter (where scores.is_open_weights) as open_scores,
        count(*) filter (where not scores.is_open_weights) as closed_scores
    from core_benchmarks as benchmarks
    inner join core_scores as scores using (benchmark_id)
    group by all
    order by closed_scores = 0, benchmarks.source_id, benchmarks.name
)

select * from final
