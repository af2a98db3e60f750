-- The best score of each group on each board: open against closed weights, region against region, organisations.
-- `models` says how many of the group stood on the board, because the best of two is no frontier.
with final as (
    select
        benchmark_id,
        published_on,
        group_kind,
        group_name,
        best.score as best_score,
        best.score_low as best_score_low,
        best.score_high as best_score_high,
        best.model_label as best_model_label,
        models
    from _boards
)

select * from final
