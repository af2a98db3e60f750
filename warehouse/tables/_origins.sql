-- The origin of every model: the root of its chain of bases, or itself. A view: most models are their own origin.
with final as (
    select
        _numbers.model_number,
        if(rooted.model_number is null, _numbers.model_id, rooted.origin_model_id) as origin_model_id,
        if(rooted.model_number is null, split_part(_numbers.model_id, '/', 1), rooted.origin_organisation_id)
            as origin_organisation_id,
        if(rooted.model_number is null, families.family_id, rooted.origin_family_id) as origin_family_id,
        coalesce(rooted.lineage_depth, 0) as lineage_depth,
        coalesce(rooted.lineage_method, 'own') as lineage_method
    from _numbers
    left join _rooted as rooted using (model_number)
    left join _model_families as families using (model_number)
)

select * from final
