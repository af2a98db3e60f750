-- Models built on other models, by the month they were created and by the family and region where their chain begins.
with final as (
    select
        date_trunc('month', created_at)::date as month_start,
        coalesce(origin_family_id, 'none') as origin_family_id,
        origin_region,
        count(*)::bigint as new_models
    from core_models
    where lineage_depth > 0 and created_at is not null and created_at::date <> date '2022-03-02'
    group by all
)

select * from final
