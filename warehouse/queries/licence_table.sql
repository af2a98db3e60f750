-- Licences with their duties, the models under each and their downloads in the last 30 days, the most downloaded first.
with final as (
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
    left join out_licence_use as used using (licence_id)
    order by downloads_30d desc, models desc, licences.name
)

select * from final
