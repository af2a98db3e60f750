-- Who stands on which board on which day. Most sources publish whole boards; on the Open LLM leaderboard a date is the day
-- on which one model was handed in, and it stays on the board from then on: there only the models that were the best of
-- their group so far matter, and they stand again on every later day on which their group had news.
with boards as (
    select scores.*, benchmarks.source_id, if(benchmarks.higher_is_better, scores.score, -scores.score) as merit
    from core_scores as scores
    inner join core_benchmarks as benchmarks using (benchmark_id)
),

sides as (
    select *, 'weights' as group_kind, if(is_open_weights, 'open', 'closed') as group_name
    from boards where is_open_weights is not null
    union all
    select *, 'region' as group_kind, region as group_name from boards
    union all
    select *, 'organisation' as group_kind, organisation_id as group_name from boards where organisation_id is not null
),

best_of_day as (
    select *, count(*) over day as models
    from sides
    window day as (partition by benchmark_id, published_on, group_kind, group_name)
    qualify row_number() over (
        partition by benchmark_id, published_on, group_kind, group_name order by merit desc, model_label
    ) = 1
),

final as (
    select
        benchmark_id,
        published_on,
        group_kind,
        group_name,
        if(
            source_id = 'open_llm_leaderboard',
            max(struct_pack(merit, score, score_low, score_high, model_label)) over so_far,
            struct_pack(merit, score, score_low, score_high, model_label)
        ) as best,
        if(source_id = 'open_llm_leaderboard', sum(models) over so_far, models)::bigint as models
    from best_of_day
    window so_far as (partition by benchmark_id, group_kind, group_name order by published_on)
)

select * from final
