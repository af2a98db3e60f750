-- Every model as a number: joins of millions of rows compare integers, and names come back only in public tables.
with final as (
    select model_number, model_id from lake_model_numbers
)

select * from final
