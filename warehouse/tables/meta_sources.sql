-- Each source of the registry: how its last attempt went, from which day to which day its figures are, how many there are.
with readings as (
    select
        source_id,
        bool_or(is_simulated) as is_simulated,
        min(observed_on) filter (where counts) as first_read_on,
        max(observed_on) filter (where counts) as last_read_on,
        sum(rows) filter (where counts)::bigint as rows,
        arg_max(snapshot_sha256, observed_on) as snapshot_sha256
    from input_readings
    group by source_id
),

-- Boards are read whole: what matters is the day they were published, not the day we looked.
published as (
    select source_id, min(published_on) as first_published_on, max(published_on) as last_published_on
    from lake_scores
    group by source_id
),

final as (
    select
        sources.source_id,
        sources.title,
        sources.publisher,
        sources.url,
        sources.licence,
        coalesce(states.status, if(readings.source_id is null, 'missing', 'ok')) as status,
        states.last_attempt_at,
        states.last_success_at,
        coalesce(published.last_published_on, readings.last_read_on) as data_until,
        coalesce(readings.rows, 0) as rows,
        coalesce(states.snapshot_sha256, readings.snapshot_sha256) as snapshot_sha256,
        coalesce(states.message, '') as message,
        coalesce(published.first_published_on, readings.first_read_on) as data_from,
        coalesce(readings.is_simulated, false) as is_simulated,
        sources.licence_url,
        sources.attribution,
        sources.redistribution,
        sources.stale_after_days
    from registry_sources as sources
    left join readings using (source_id)
    left join published using (source_id)
    left join input_source_states as states using (source_id)
)

select * from final
