-- Dated events that may explain a bend in a curve; `confidence` tells apart what was read in a source from what was not.
with final as (
    select
        event_id,
        event_date,
        date_precision,
        title,
        kind,
        jurisdiction,
        organisations,
        families,
        summary,
        source_title,
        source_url,
        confidence
    from registry_events
)

select * from final
