-- Licences with their duties, the models under each and their downloads in the last 30 days, the most downloaded first.
with latest as (
    select model_id, arg_max(downloads_30d, (observed_on, source_id)) as downloads_30d from core_model_observations group by model_id
),

used as (
    select licence_id, count(*) as models, sum(latest.downloads_30d)::bigint as downloads_30d
    from core_models
    left join latest using (model_id)
    where licence_id is not null
    group by licence_id
),

final as (
    select
        licences.licence_id,
        licences.name,
        licences.licence_class,
        coalesce(used.models, 0) as models,
        coalesce(used.downloads_30d, 0) as downloads_30d,
        licences.is_osi_approved,
        licences.allows_commercial_use,
        licences.commercial_threshold,
        licences.naming_duty,
        licences.use_restrictions,
        licences.regional_exclusions,
        licences.output_training_limits,
        licences.text_url,
        licences.reason,
        licences.confidence
    from core_licences as licences
    left join used using (licence_id)
    order by downloads_30d desc, models desc, licences.name
)

select * from final
