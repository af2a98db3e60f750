-- Numbers for the models that no reading has named before, in the order of their names after the highest number so far.
-- Tables: observations, facts, numbers.
with named as (
    select model_id from observations anti join numbers using (model_id)
    union
    select model_id from facts anti join numbers using (model_id)
),

final as (
    select
        (coalesce((select max(model_number) from numbers), 0) + row_number() over (order by model_id))::integer as model_number,
        model_id
    from named
)

select * from final order by model_number
