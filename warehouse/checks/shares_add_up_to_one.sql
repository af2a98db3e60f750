-- what: months in which the shares of regions or licence classes do not add up to 1
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a reader adds the bars up; a share of something else than the whole misleads
with whole as (
    select month_start, sum(new_downloads) as new_downloads
    from out_monthly_downloads
    where attribution = 'publisher'
    group by month_start
    having sum(new_downloads) > 0
),

parts as (
    select month_start, attribution || ' by region' as shares_of, region as part, sum(new_downloads) as new_downloads
    from out_monthly_downloads
    group by all
    union all
    select month_start, 'licence classes', licence_class, sum(new_downloads)
    from out_licence_share
    group by all
),

final as (
    select month_start, shares_of, sum(parts.new_downloads / whole.new_downloads) as sum_of_shares
    from parts
    inner join whole using (month_start)
    group by all
    having abs(sum_of_shares - 1) > 1e-9
)

select * from final
