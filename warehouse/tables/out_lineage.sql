-- How the origin of each model was found, with what hangs on it: models, and all new downloads that were counted of them.
with tagged as (
    select model_number, bool_or(is_renamed) as has_renamed_base from _tagged_bases group by model_number
),

circular as (
    select model_number
    from _latest_metadata
    where list_contains([lower(base_id) for base_id in base_model_ids], lower(model_id))
),

-- Origins that are gone from the Hub but were read while they were there: their chains still end at them.
vanished as (
    select distinct _numbers.model_id
    from _vanished
    inner join _numbers using (model_number)
    where not _vanished.came_back
),

models as (
    select
        coalesce(rooted.lineage_method, 'own') as lineage_method,
        count(*)::bigint as models,
        count(*) filter (where rooted.origin_organisation_id = 'unresolved')::bigint as unresolved_models,
        count(*) filter (where tagged.has_renamed_base)::bigint as renamed_base_models,
        count(vanished.model_id)::bigint as vanished_origin_models,
        count(circular.model_number)::bigint as self_named_models,
        coalesce(max(rooted.lineage_depth), 0) as longest_chain
    from _numbers
    left join _rooted as rooted using (model_number)
    left join tagged using (model_number)
    left join circular using (model_number)
    left join vanished on rooted.origin_model_id = vanished.model_id
    group by all
),

downloads as (
    select
        coalesce(rooted.lineage_method, 'own') as lineage_method,
        sum(intervals.new_downloads)::bigint as new_downloads,
        sum(intervals.new_downloads) filter (where rooted.is_unresolved)::bigint as unresolved_downloads
    from _intervals as intervals
    left join (
        select model_number, lineage_method, origin_organisation_id = 'unresolved' as is_unresolved from _rooted
    ) as rooted using (model_number)
    group by all
),

final as (
    select
        models.lineage_method,
        models.models,
        coalesce(downloads.new_downloads, 0) as new_downloads,
        models.unresolved_models,
        coalesce(downloads.unresolved_downloads, 0) as unresolved_downloads,
        models.renamed_base_models,
        models.vanished_origin_models,
        models.self_named_models,
        models.longest_chain
    from models
    left join downloads using (lineage_method)
)

select * from final
