-- what: scores outside their own interval of confidence
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: the interval is drawn around the dot; one beside it is the source's slip or a swapped column
with final as (
    select benchmark_id, model_label, published_on, score, score_low, score_high
    from core_scores
    where score < score_low - 0.005 or score > score_high + 0.005
)

select * from final
