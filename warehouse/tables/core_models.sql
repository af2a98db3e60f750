-- Models: who published them, of which family and licence, and at whose model their chain of bases begins.
with stated_licences as (
    select distinct licence_tag, licence_name from _stated_metadata where licence_tag is not null or licence_name is not null
),

-- The tag decides; where it is absent or says only "other", the licence's own name does.
licensed as (
    select
        stated_licences.licence_tag,
        stated_licences.licence_name,
        case
            when lower(stated_licences.licence_tag) not in ('other', 'unknown') then by_tag.licence_id
            else coalesce(by_name.licence_id, by_tag.licence_id)
        end as licence_id
    from stated_licences
    left join registry_licence_tags as by_tag on lower(stated_licences.licence_tag) = by_tag.licence_tag
    left join registry_licence_names as by_name on lower(stated_licences.licence_name) = by_name.licence_name
),

-- _stated_metadata has a row for every model; the wide rows stay in line, only narrow ones are looked up.
described as (
    select
        metadata.* exclude (base_model_ids, stated_created_at),
        split_part(metadata.model_id, '/', 1) as organisation_id,
        families.family_id,
        if(rooted.model_number is null, metadata.model_id, rooted.origin_model_id) as origin_model_id,
        if(rooted.model_number is null, split_part(metadata.model_id, '/', 1), rooted.origin_organisation_id)
            as origin_organisation_id,
        if(rooted.model_number is null, families.family_id, rooted.origin_family_id) as origin_family_id,
        coalesce(rooted.lineage_depth, 0) as lineage_depth,
        coalesce(rooted.lineage_method, 'own') as lineage_method
    from _latest_metadata as metadata
    left join _rooted as rooted using (model_number)
    left join _model_families as families using (model_number)
),

final as (
    select
        described.model_id,
        described.organisation_id,
        described.family_id,
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
        _observed_span.first_observed_on,
        _observed_span.last_observed_on,
        older.model_id as renamed_from,
        licensed.licence_id,
        case described.task when 'text-generation' then 'text' when 'image-text-to-text' then 'multimodal' else 'other' end
            as task_group,
        coalesce(origins.region, 'Unattributed') as origin_region,
        described.origin_family_id
    from described
    left join _observed_span using (model_number)
    left join _renames using (model_number)
    left join _numbers as older on _renames.renamed_from_number = older.model_number
    left join licensed
        on described.licence_tag is not distinct from licensed.licence_tag
        and described.licence_name is not distinct from licensed.licence_name
    left join registry_licences as licences using (licence_id)
    left join registry_organisations as origins on described.origin_organisation_id = origins.organisation_id
)

select * from final
