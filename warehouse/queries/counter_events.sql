-- The largest events of counters, the newest days first where they are as large.
-- Parameters: largest (how many).
with final as (
    select on_day, kind, model_id, size, counted, treatment, reason, from_on
    from core_counter_events
    order by abs(size) desc, on_day desc, model_id, kind
    limit $largest
)

select * from final
