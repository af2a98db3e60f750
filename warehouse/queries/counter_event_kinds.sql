-- What happened to counters, by kind and by what was done: how many events, how large, how much of it counts.
with final as (
    select
        kind,
        treatment,
        count(*)::bigint as events,
        sum(abs(size))::bigint as size,
        sum(counted)::bigint as counted
    from core_counter_events
    group by kind, treatment
    order by size desc, kind, treatment
)

select * from final
