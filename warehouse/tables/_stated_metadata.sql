-- What the sources say of a model. The Hub's own answer counts before the weekly history, and of each the newest; what it leaves
-- out is taken from the last that said it. Only the first step reads the lake, which keeps a row where something had changed.
with stated as not materialized (
    select *, if(source_id = 'hub_models', 1000000, 0) + (observed_on - date '2000-01-01') as weight
    from lake_metadata_changes
),

newest as (
    select
        model_number,
        max(weight) as weight,
        arg_max(created_at, weight) as created_at,
        arg_max(parameters, weight) as parameters,
        arg_max(is_gated, weight) as is_gated
    from stated
    group by model_number
),

final as (
    select
        stated.model_number,
        _numbers.model_id,
        newest.created_at at time zone 'UTC' as created_at,
        stated.task,
        stated.library,
        newest.parameters,
        nullif(trim(stated.licence_tag), '') as licence_tag,
        nullif(trim(stated.licence_name), '') as licence_name,
        newest.is_gated,
        [trim(base_id) for base_id in coalesce(stated.base_model_ids, []) if trim(base_id) <> ''] as base_model_ids,
        stated.base_relation
    from stated
    inner join _numbers using (model_number)
    inner join newest on stated.model_number = newest.model_number and stated.weight = newest.weight
)

select * from final
