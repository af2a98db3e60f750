-- What each model says it was made from, as numbers; a model that names itself names nothing.
with stated as (
    select model_number, unnest(base_model_ids) as base_id, generate_subscripts(base_model_ids, 1) as position
    from _latest_metadata
),

final as (
    select
        stated.model_number,
        _base_names.base_number,
        min(stated.position)::integer as position,
        bool_or(_base_names.is_renamed) as is_renamed
    from stated
    inner join _base_names on lower(stated.base_id) = _base_names.folded_id
    where _base_names.base_number <> stated.model_number
    group by stated.model_number, _base_names.base_number
)

select * from final
