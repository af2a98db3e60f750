-- Each cell twice: as its publisher counts it, and as its origin does.
with both_sides as (
    select cell, 'publisher' as attribution, publisher_region as region, publisher_organisation_id as organisation_id,
        publisher_family_id as family_id, is_language, is_mainline, is_large, panel
    from _cells
    union all
    select cell, 'origin' as attribution, origin_region, origin_organisation_id, origin_family_id, is_language, is_mainline,
        is_large, panel
    from _cells
),

final as (
    -- A number for each group that the tables drawn from tell apart.
    select *, dense_rank() over (
        order by attribution, region, organisation_id, family_id, is_language, is_mainline, is_large, panel
    )::integer as side
    from both_sides
)

select * from final
