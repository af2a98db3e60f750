-- what: scores outside the bounds of their benchmark
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a score on another scale puts a model at the head of every frontier
with final as (
    select benchmark_id, model_label, published_on, score, min_score, max_score
    from core_scores
    inner join core_benchmarks using (benchmark_id)
    where score is null or isnan(score) or score < min_score or score > max_score
)

select * from final
