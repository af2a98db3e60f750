-- What the sources say of each model. The Hub's own answer counts before the weekly history, and of each the newest; what it
-- leaves out is taken from the last that said it. The lake keeps a row where something had changed; only the first step reads it.
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

newest_stated as (
    select
        stated.model_number,
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
    inner join newest on stated.model_number = newest.model_number and stated.weight = newest.weight
),

final as (
    select _numbers.model_id, _numbers.model_number, newest_stated.* exclude (model_number)
    from _numbers
    left join newest_stated using (model_number)
)

select * from final
