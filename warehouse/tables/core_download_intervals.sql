-- New downloads of a model in the days after from_on up to and with to_on.
with final as (
    select _numbers.model_id, to_on, from_on, new_downloads, method, flag
    from _intervals
    inner join _numbers using (model_number)
)

select * from final
