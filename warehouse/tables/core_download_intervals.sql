-- New downloads of a model in the days after from_on up to and with to_on; of which models, `_detailed` says.
with final as (
    select models.model_id, to_on, from_on, new_downloads, method, flag
    from _intervals
    inner join _detailed as models using (model_number)
)

select * from final
