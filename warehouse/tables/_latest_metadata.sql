-- What is known of a model: its newest reading; facts that not every source gives are taken from the last that did.
with newest as (
    -- On a day with two readings the larger name, hub_models, is the one that asked the Hub itself.
    select model_id, max((observed_on, source_id)) as reading
    from lake_model_metadata
    group by model_id
),

last_known as (
    select
        model_id,
        arg_max(created_at, (observed_on, source_id)) as created_at,
        arg_max(parameters, (observed_on, source_id)) as parameters,
        arg_max(is_gated, (observed_on, source_id)) as is_gated
    from lake_model_metadata
    group by model_id
),

final as (
    select
        metadata.model_id,
        last_known.created_at at time zone 'UTC' as created_at,
        metadata.task,
        metadata.library,
        last_known.parameters,
        nullif(trim(metadata.licence_tag), '') as licence_tag,
        nullif(trim(metadata.licence_name), '') as licence_name,
        last_known.is_gated,
        nullif(trim(metadata.base_model_ids[1]), '') as base_model_id,
        metadata.base_relation
    from lake_model_metadata as metadata
    inner join newest
        on metadata.model_id = newest.model_id and (metadata.observed_on, metadata.source_id) = newest.reading
    inner join last_known on metadata.model_id = last_known.model_id
)

select * from final
