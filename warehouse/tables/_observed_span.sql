-- First and last day on which a model was read.
with final as (
    select model_id, min(observed_on) as first_observed_on, max(observed_on) as last_observed_on
    from core_model_observations
    group by model_id
)

select * from final
