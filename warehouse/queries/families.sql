-- Families of models with their names, as this release knows them.
with final as (
    select family_id, name from core_families order by family_id
)

select * from final
