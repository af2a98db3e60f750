-- Families of models, as the registry has them: models that are developed as one line.
with final as (
    select family_id, coalesce(name, family_id) as name, organisation_ids, hub_id_pattern, label_pattern
    from registry_families
)

select * from final
