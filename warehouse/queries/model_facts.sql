-- What the release knows of models that can be asked live: maker, origin, licence, downloads of the last 30 days. A model that was
-- never read still has its account's name and region.
-- Parameters: model_ids (organisation/name on the Hub).
with asked as (
    select
        unnest($model_ids::varchar[]) as model_id,
        split_part(unnest($model_ids::varchar[]), '/', 1) as organisation_id
),

final as (
    select
        asked.model_id,
        asked.organisation_id,
        organisations.name as organisation_name,
        coalesce(organisations.region, 'Unattributed') as region,
        models.origin_model_id,
        coalesce(makers.name, models.origin_organisation_id) as origin_organisation_name,
        models.origin_region,
        models.licence_id,
        licences.name as licence_name,
        models.licence_class,
        latest.downloads_30d,
        latest.last_observed_on
    from asked
    left join core_organisations as organisations on asked.organisation_id = organisations.organisation_id
    left join core_models as models on asked.model_id = models.model_id
    left join core_organisations as makers on models.origin_organisation_id = makers.organisation_id
    left join core_licences as licences on models.licence_id = licences.licence_id
    left join out_latest_models as latest on asked.model_id = latest.model_id
    order by asked.model_id
)

select * from final
