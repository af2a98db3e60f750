-- Accounts on the Hub and vendors on leaderboards, as the registry decided; one row per account, older ones included.
with final as (
    select
        organisation_id,
        name,
        kind,
        parent_organisation_id,
        country_code,
        region,
        evidence_url,
        checked_on,
        parent_name,
        on_hub as is_on_hub,
        confidence
    from registry_organisations
)

select * from final
