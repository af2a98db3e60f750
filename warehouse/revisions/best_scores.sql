-- The best score of open and of closed weights, and of each region, on each day of each board.
insert into meta_figures by name
with final as (
    select
        'best_score' as what,
        'benchmark=' || benchmark_id as definition,
        'board' as period,
        published_on as period_start,
        group_name,
        best_score as value
    from out_frontier
    where group_kind in ('weights', 'region')
    order by all
)

select * from final
