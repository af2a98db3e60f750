-- what: rows that were refused at the door, by name
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: the source sent something that cannot be; the rest of it is in use, and readers should know
with final as (
    select source_id, observed_on, item, reason from lake_refused_rows
)

select * from final
