-- What the organisations weigh whose country nobody has checked against a document, by region: 30-day downloads of each
-- model at its newest reading.
with by_organisation as (
    select organisations.organisation_id, organisations.region, organisations.confidence, sum(models.downloads_30d) as downloads_30d
    from out_latest_models as models
    inner join core_organisations as organisations using (organisation_id)
    group by all
),

final as (
    select
        region,
        count(*) as organisations,
        count(*) filter (where confidence = 'unverified') as unverified_organisations,
        sum(downloads_30d)::bigint as downloads_30d,
        coalesce(sum(downloads_30d) filter (where confidence = 'unverified'), 0)::bigint as unverified_downloads_30d,
        coalesce(sum(downloads_30d) filter (where confidence = 'unverified'), 0) / nullif(sum(downloads_30d), 0)
            as unverified_share
    from by_organisation
    group by region
    order by downloads_30d desc
)

select * from final
