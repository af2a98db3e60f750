-- How a model is grouped: by the account that published it, by the maker at the root of its chain, and by what the switchable
-- definitions ask of it. Accounts outside the registry are one group. A view: everything after it works with numbers of cells.
with accounts as (
    select
        models.organisation_id,
        -- The first fixed panel that holds the account; 'later' sorts behind every month.
        coalesce(min(panels.panel_id) filter (where models.first_observed_on <= last_day(strptime(panels.panel_id, '%Y-%m')::date)), 'later') as panel
    from core_models as models
    cross join (select panel_id from registry_panels union all select null) as panels
    group by models.organisation_id
),

large_models as (
    select value as parameters from registry_thresholds where threshold_id = 'large_model_parameters'
),

final as (
    select
        _numbers.model_number,
        models.task_group in ('text', 'multimodal') as is_language,
        -- A family's pattern fits its own accounts only, so a model with a family is published by the family's maker.
        models.task_group in ('text', 'multimodal')
        and models.family_id is not null
        and coalesce(models.base_relation not in ('quantized', 'adapter', 'merge'), true) as is_mainline,
        coalesce(models.parameters >= large_models.parameters, false) as is_large,
        accounts.panel,
        coalesce(publishers.region, 'Unattributed') as publisher_region,
        coalesce(publishers.organisation_id, 'unregistered') as publisher_organisation_id,
        coalesce(models.family_id, 'none') as publisher_family_id,
        coalesce(origins.region, 'Unattributed') as origin_region,
        coalesce(
            origins.organisation_id, if(models.origin_organisation_id = 'unresolved', 'unresolved', 'unregistered')
        ) as origin_organisation_id,
        coalesce(models.origin_family_id, 'none') as origin_family_id,
        models.licence_class
    from core_models as models
    inner join _numbers using (model_id)
    inner join accounts on models.organisation_id = accounts.organisation_id
    cross join large_models
    left join core_organisations as publishers on models.organisation_id = publishers.organisation_id
    left join core_organisations as origins on models.origin_organisation_id = origins.organisation_id
)

select * from final
