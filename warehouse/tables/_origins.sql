-- The root of each chain of base models: first base, at most 20 steps, and a chain that bites its tail ends before it does.
with recursive bases as (
    select model_id, base_model_id from _latest_metadata where base_model_id is not null
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

final as (
    select model_id, arg_max(ancestor_id, depth) as origin_model_id, max(depth) as lineage_depth
    from walk
    group by model_id
)

select * from final
