-- How many models stand under each licence of the registry, and their 30-day downloads at the newest reading.
with final as (
    select models.licence_id, count(*)::bigint as models, coalesce(sum(latest.downloads_30d), 0)::bigint as downloads_30d
    from core_models as models
    inner join _numbers using (model_id)
    left join _latest_downloads as latest using (model_number)
    where models.licence_id is not null
    group by models.licence_id
)

select * from final
