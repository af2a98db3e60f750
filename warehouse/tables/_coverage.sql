-- The days on which each Hub source was read, each with the day before it.
with final as (
    select
        source_id,
        observed_on,
        lag(observed_on) over (partition by source_id order by observed_on) as previous_on
    from (select distinct source_id, observed_on from lake_model_observations) as days
)

select * from final
