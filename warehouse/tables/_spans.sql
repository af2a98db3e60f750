-- The stretches of days that intervals cover, each once.
with final as (
    select distinct method, from_on, to_on from _intervals where new_downloads is not null
)

select * from final
