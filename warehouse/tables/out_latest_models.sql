-- What is known of each model now: with the whole Hub in the lake of the registry's organisations alone, otherwise of all.
-- Pages that name single models read this table and never the three million of core_models.
with final as (
    select
        models.model_id,
        models.organisation_id,
        models.created_at,
        models.base_relation,
        models.licence_id,
        models.licence_tag,
        models.licence_name,
        models.licence_class,
        models.last_observed_on,
        coalesce(latest.downloads_30d, 0)::bigint as downloads_30d
    from core_models as models
    inner join _detailed using (model_id)
    left join _latest_downloads as latest using (model_number)
)

select * from final
