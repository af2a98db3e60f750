-- Numbers for the models that no reading has named before, in the order of their names after the highest number so far.
-- Tables: named (model_id), numbers.
with final as (
    select
        (coalesce((select max(model_number) from numbers), 0) + row_number() over (order by model_id))::integer as model_number,
        model_id
    from named anti join numbers using (model_id)
)

select * from final order by model_number
