-- The root of each chain of base models: first base, at most 20 steps, and a chain that bites its tail ends before it does.
-- The Hub does not tell upper from lower case in names, its users neither: a base is the known model that is spelled alike.
with recursive stated as (
    select model_id, base_model_id, lower(base_model_id) as folded_id
    from _latest_metadata
    where lower(base_model_id) <> lower(model_id)
),

spelled as (
    select lower(model_id) as folded_id, min(model_id) as model_id from _latest_metadata group by all
),

accounts as (
    select lower(organisation_id) as folded_id, min(organisation_id) as organisation_id
    from core_organisations
    group by all
),

bases as (
    select
        stated.model_id,
        coalesce(
            spelled.model_id,
            accounts.organisation_id || substr(stated.base_model_id, length(accounts.organisation_id) + 1),
            stated.base_model_id
        ) as base_model_id
    from stated
    left join spelled using (folded_id)
    left join accounts on split_part(stated.folded_id, '/', 1) = accounts.folded_id
),

walk as (
    select model_id, base_model_id as ancestor_id, 1 as depth, [model_id, base_model_id] as path
    from bases
    union all
    select walk.model_id, bases.base_model_id, walk.depth + 1, list_append(walk.path, bases.base_model_id)
    from walk
    inner join bases on walk.ancestor_id = bases.model_id
    where walk.depth < 20 and not list_contains(walk.path, bases.base_model_id)
),

ends as (
    select model_id, arg_max(ancestor_id, depth) as origin_model_id, max(depth) as lineage_depth
    from walk
    group by model_id
),

resolved as (
    select
        _numbers.model_number,
        coalesce(ends.origin_model_id, _numbers.model_id) as origin_model_id,
        coalesce(ends.lineage_depth, 0)::integer as lineage_depth,
        if(ends.model_id is null, 'own', 'tag') as lineage_method
    from _numbers
    left join ends using (model_id)
),

-- Joined on the organisation first: patterns are tried only on the models of the family's own accounts.
families as (
    select names.origin_model_id, min(patterns.family_id) as family_id
    from (select distinct origin_model_id from resolved) as names
    inner join (select family_id, hub_id_pattern, unnest(organisation_ids) as organisation_id from registry_families) as patterns
        on split_part(names.origin_model_id, '/', 1) = patterns.organisation_id
    where regexp_matches(names.origin_model_id, patterns.hub_id_pattern)
    group by names.origin_model_id
),

final as (
    select
        model_number,
        origin_model_id,
        split_part(origin_model_id, '/', 1) as origin_organisation_id,
        family_id as origin_family_id,
        lineage_depth,
        lineage_method
    from resolved
    left join families using (origin_model_id)
)

select * from final
