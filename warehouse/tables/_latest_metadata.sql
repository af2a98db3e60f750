-- What is known of a model: what the sources say, with the corrections of the registry. A view: few models have one.
with applied as (
    select
        subject as model_id,
        max(try_cast(right_value as timestamp)) filter (where field = 'created_at') as created_at,
        max(try_cast(right_value as bigint)) filter (where field = 'parameters') as parameters,
        max(right_value) filter (where field = 'base_model_id') as base_model_id
    from meta_corrections
    where status = 'applied'
    group by subject
),

final as (
    select
        stated.model_number,
        stated.model_id,
        coalesce(applied.created_at, stated.created_at) as created_at,
        stated.task,
        stated.library,
        coalesce(applied.parameters, stated.parameters) as parameters,
        stated.licence_tag,
        stated.licence_name,
        stated.is_gated,
        if(applied.base_model_id is null, stated.base_model_ids, [applied.base_model_id]) as base_model_ids,
        coalesce(applied.base_model_id, stated.base_model_ids[1]) as base_model_id,
        stated.base_relation,
        stated.created_at as stated_created_at
    from _stated_metadata as stated
    left join applied on stated.model_id = applied.model_id
)

select * from final
