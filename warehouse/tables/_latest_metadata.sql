-- What is known of a model: its newest reading; facts that not every source gives are taken from the last that did.
-- Only the first step reads the lake.
with stated as (
    select _numbers.model_number, _numbers.model_id, metadata.* exclude (model_id)
    from lake_model_metadata as metadata
    inner join _numbers on metadata.model_id = _numbers.model_id
),

newest as (
    -- On a day with two readings the larger name, hub_models, is the one that asked the Hub itself.
    select
        model_number,
        max((observed_on, source_id)) as reading,
        arg_max(created_at, (observed_on, source_id)) as created_at,
        arg_max(parameters, (observed_on, source_id)) as parameters,
        arg_max(is_gated, (observed_on, source_id)) as is_gated
    from stated
    group by model_number
),

final as (
    select
        stated.model_number,
        stated.model_id,
        newest.created_at at time zone 'UTC' as created_at,
        stated.task,
        stated.library,
        newest.parameters,
        nullif(trim(stated.licence_tag), '') as licence_tag,
        nullif(trim(stated.licence_name), '') as licence_name,
        newest.is_gated,
        [trim(base_id) for base_id in coalesce(stated.base_model_ids, []) if trim(base_id) <> ''] as base_model_ids,
        nullif(trim(stated.base_model_ids[1]), '') as base_model_id,
        stated.base_relation
    from stated
    inner join newest
        on stated.model_number = newest.model_number and (stated.observed_on, stated.source_id) = newest.reading
)

select * from final
