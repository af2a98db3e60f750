-- Sources with their state at the time of this release.
with final as (
    select * from meta_sources order by source_id
)

select * from final
