-- what: models or downloads that are lost or counted twice on the way from publishers to origins
-- severity: error
-- limit: 0
-- since: 2026-11-25
-- why: the origin view gives the same downloads to other makers; whatever it cannot give to one must be seen as unresolved
with compared as (
    select
        'models by how their origin was found' as total,
        (select count(*) from core_models) as of_publishers,
        (select coalesce(sum(models), 0) from out_lineage) as of_origins
    union all
    select
        'downloads by how their origin was found',
        (select coalesce(sum(new_downloads), 0) from _intervals),
        (select coalesce(sum(new_downloads), 0) from out_lineage)
    union all
    select
        'downloads without an origin',
        (select coalesce(sum(unresolved_downloads), 0) from out_lineage),
        (
            select coalesce(sum(new_downloads), 0)
            from out_monthly_downloads
            where attribution = 'origin' and organisation_id = 'unresolved'
        )
),

final as (
    select * from compared where of_publishers is distinct from of_origins
)

select * from final
