-- what: corrections of the registry that the source has made needless, or overtaken with a third value
-- severity: warning
-- limit: 0
-- since: 2026-11-25
-- why: a correction is not applied to a value that it was not made for; take it out of registry/corrections.yaml or look again
with final as (
    select subject, field, found_value, right_value, status
    from meta_corrections
    cross join input_release
    -- What a simulated source states says nothing about the real one.
    where status in ('no longer needed', 'upstream changed') and not input_release.is_simulated
)

select * from final
