-- Every model as a number: joins of millions of rows compare integers, and names come back only in public tables.
with named as (
    select model_id from lake_model_observations
    union
    select model_id from lake_model_metadata
),

final as (
    select row_number() over (order by model_id)::integer as model_number, model_id from named
)

select * from final
