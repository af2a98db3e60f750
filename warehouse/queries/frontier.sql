-- Best score of each group on each board, how far behind the leading group it is, and since when.
-- Parameters: benchmark, group_kind (weights|region), group_names, since, before.
with rows_of_board as (
    select frontier.*, benchmarks.name as benchmark_name, benchmarks.unit, benchmarks.source_id,
        if(benchmarks.higher_is_better, 1, -1) as direction
    from out_frontier as frontier
    inner join core_benchmarks as benchmarks using (benchmark_id)
    where benchmark_id = $benchmark
        and group_kind = $group_kind
        and list_contains($group_names, group_name)
        and published_on < $before
),

-- On the Open LLM leaderboard a model stays from its day on; elsewhere a group that a board does not list has no score there.
days as (
    select distinct published_on as board_on, group_name
    from (select distinct published_on from rows_of_board) as boards
    cross join (select distinct group_name from rows_of_board) as names
),

standing as (
    select days.board_on, rows_of_board.*
    from days
    asof join rows_of_board on days.group_name = rows_of_board.group_name and days.board_on >= rows_of_board.published_on
    where rows_of_board.published_on = days.board_on or rows_of_board.source_id = 'open_llm_leaderboard'
),

led as (
    select
        *,
        first(group_name) over place as leading_group,
        first(best_score) over place as leading_score,
        first(best_score_low) over place as leading_low,
        min(board_on) over (partition by group_name) as group_since
    from standing
    window place as (
        partition by board_on order by direction * best_score desc, group_name
        rows between unbounded preceding and unbounded following
    )
),

reached as (
    select behind.board_on, behind.group_name, min(ahead.board_on) as leader_reached_on, min(ahead.group_since) as leader_since
    from led as behind
    inner join led as ahead
        on behind.leading_group = ahead.group_name
        and ahead.board_on <= behind.board_on
        and ahead.direction * ahead.best_score >= behind.direction * behind.best_score
    group by all
),

final as (
    select
        led.benchmark_id,
        led.benchmark_name,
        led.unit,
        led.source_id,
        led.board_on as published_on,
        led.group_name,
        led.best_score,
        led.best_score_low,
        led.best_score_high,
        led.best_model_label,
        led.models,
        led.leading_group,
        led.direction * (led.leading_score - led.best_score) as gap,
        case
            when led.group_name = led.leading_group then null
            when led.direction = 1 then led.leading_low > led.best_score_high
        end as is_gap_clear,
        -- LiveBench exchanges its questions: a score of one edition says nothing about another.
        if(led.source_id = 'livebench', null, reached.leader_reached_on) as leader_reached_on,
        if(led.source_id = 'livebench', null, led.board_on - reached.leader_reached_on) as lag_days,
        if(led.source_id = 'livebench', null, reached.leader_reached_on = reached.leader_since) as is_lag_at_least
    from led
    left join reached using (board_on, group_name)
    where led.board_on >= $since
    order by led.board_on, led.group_name
)

select * from final
