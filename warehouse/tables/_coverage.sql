-- The days on which each Hub source was read, in order, each with the day before it and whether it speaks for every account.
with final as (
    select
        source_id,
        observed_on,
        lag(observed_on) over readings as previous_on,
        scope,
        row_number() over readings as reading_number
    from input_readings
    where source_id in ('hub_models', 'hub_history')
    window readings as (partition by source_id order by observed_on)
)

select * from final
