-- what: corrections of the registry that the source has made needless, or overtaken with a third value
-- severity: warning
-- limit: 0
-- since: 2026-11-25
-- why: a correction is not applied to a value that it was not made for; take it out of registry/corrections.yaml or look again
with final as (
    select subject, field, found_value, right_value, status
    from meta_corrections
    where status in ('no longer needed', 'upstream changed')
)

select * from final
