-- what: licence tags of the Hub that the registry does not map
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: a new tag counts as unclassified until somebody reads the licence and adds it to the registry
with final as (
    select licence_tag, label
    from lake_licence_tags
    anti join registry_licence_tags using (licence_tag)
)

select * from final
