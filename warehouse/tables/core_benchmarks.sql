-- Leaderboards, each a number with a unit of its own: scores of two benchmarks are never compared.
with final as (
    select
        benchmark_id,
        max(benchmark_name) as name,
        max(source_id) as source_id,
        max(unit) as unit,
        bool_or(higher_is_better) as higher_is_better,
        max(min_score) as min_score,
        max(max_score) as max_score
    from lake_scores
    group by benchmark_id
)

select * from final
