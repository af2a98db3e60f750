-- The best models of each month's last board, open and closed weights apart, with their intervals.
-- Parameters: benchmark, since, before, places (how many models of each side).
with scores as (
    select
        core_scores.*,
        benchmarks.name as benchmark_name,
        benchmarks.unit,
        benchmarks.source_id,
        if(benchmarks.higher_is_better, 1, -1) as direction,
        date_trunc('month', published_on)::date as month_start
    from core_scores
    inner join core_benchmarks as benchmarks using (benchmark_id)
    where benchmark_id = $benchmark
        and published_on >= $since
        and published_on < $before
        and is_open_weights is not null
),

-- A date of the Open LLM leaderboard is the day one model was handed in, so there the whole month is one board.
last_boards as (
    select *
    from scores
    qualify published_on = max(published_on) over (partition by month_start) or source_id = 'open_llm_leaderboard'
),

placed as (
    select
        *,
        row_number() over (
            partition by month_start, is_open_weights order by direction * score desc, model_label
        ) as place_in_group,
        row_number() over (partition by month_start order by direction * score desc, model_label) as place
    from last_boards
),

final as (
    select
        placed.benchmark_id,
        placed.benchmark_name,
        placed.unit,
        placed.source_id,
        placed.month_start,
        placed.published_on,
        if(placed.is_open_weights, 'open', 'closed') as group_name,
        placed.place,
        placed.place_in_group,
        placed.model_label,
        organisations.name as organisation_name,
        placed.region,
        placed.score,
        placed.score_low,
        placed.score_high,
        placed.votes
    from placed
    left join core_organisations as organisations using (organisation_id)
    where place_in_group <= $places
    order by month_start, group_name, place_in_group
)

select * from final
