-- How a model is grouped, once by its publisher and once by its origin. Accounts outside the registry are one group.
with sides as (
    select model_id, 'publisher' as attribution, task_group, organisation_id, family_id from core_models
    union all
    select model_id, 'origin' as attribution, task_group, origin_organisation_id, origin_family_id from core_models
),

final as (
    select
        sides.model_id,
        sides.attribution,
        sides.task_group,
        coalesce(organisations.region, 'Unattributed') as region,
        coalesce(organisations.organisation_id, 'unregistered') as organisation_id,
        coalesce(sides.family_id, 'none') as family_id,
        -- A number for each combination: comparing it is quicker than comparing five words.
        dense_rank() over (
            order by sides.attribution, sides.task_group, organisations.organisation_id, sides.family_id
        ) as cell
    from sides
    left join core_organisations as organisations using (organisation_id)
)

select * from final
