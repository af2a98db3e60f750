-- Dated events that were read in a source, primary or secondary, within a span. Parameters: since, before, event_ids.
with final as (
    select event_id, event_date, date_precision, title, kind, jurisdiction, summary, source_title, source_url, confidence
    from core_policy_events
    where confidence in ('verified', 'secondary')
        and event_date >= $since
        and event_date < $before
        and list_contains($event_ids, event_id)
    order by event_date, event_id
)

select * from final
