-- Models: who published them, of which family and licence, and at whose model their chain of bases begins.
with described as (
    select
        _numbers.model_number,
        _numbers.model_id,
        split_part(_numbers.model_id, '/', 1) as organisation_id,
        _latest_metadata.* exclude (model_number, model_id, base_model_ids, stated_created_at),
        _origins.* exclude (model_number),
        _observed_span.first_observed_on,
        _observed_span.last_observed_on,
        older.model_id as renamed_from
    from _numbers
    inner join _origins using (model_number)
    left join _latest_metadata using (model_number)
    left join _observed_span using (model_number)
    left join _renames using (model_number)
    left join _numbers as older on _renames.renamed_from_number = older.model_number
),

-- The tag decides; where it is absent or says only "other", the licence's own name does.
licensed as (
    select
        described.model_number,
        case
            when lower(described.licence_tag) not in ('other', 'unknown') then by_tag.licence_id
            else coalesce(by_name.licence_id, by_tag.licence_id)
        end as licence_id
    from described
    left join registry_licence_tags as by_tag on lower(described.licence_tag) = by_tag.licence_tag
    left join registry_licence_names as by_name on lower(described.licence_name) = by_name.licence_name
),

final as (
    select
        described.model_id,
        described.organisation_id,
        families.family_id,
        described.created_at,
        described.task,
        described.library,
        described.parameters,
        described.licence_tag,
        described.licence_name,
        coalesce(licences.licence_class, 'unclassified') as licence_class,
        described.is_gated,
        described.base_model_id,
        described.base_relation,
        described.origin_model_id,
        described.origin_organisation_id,
        described.lineage_depth,
        described.lineage_method,
        described.first_observed_on,
        described.last_observed_on,
        described.renamed_from,
        licensed.licence_id,
        case described.task when 'text-generation' then 'text' when 'image-text-to-text' then 'multimodal' else 'other' end
            as task_group,
        coalesce(origins.region, 'Unattributed') as origin_region,
        described.origin_family_id
    from described
    left join _model_families as families using (model_number)
    left join licensed using (model_number)
    left join registry_licences as licences on licensed.licence_id = licences.licence_id
    left join registry_organisations as origins on described.origin_organisation_id = origins.organisation_id
)

select * from final
