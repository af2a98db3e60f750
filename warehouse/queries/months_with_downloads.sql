-- First and last month that have downloads, by region: what to offer where a choice has none.
-- Parameters: attribution, scope, panel.
with final as (
    select region, strftime(min(month_start), '%Y-%m') as first_month, strftime(max(month_start), '%Y-%m') as last_month,
        sum(new_downloads)::bigint as new_downloads
    from out_monthly_downloads
    where attribution = $attribution
        and case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
        and ($panel = 'all' or panel <= $panel)
    group by region
    having sum(new_downloads) > 0
    order by new_downloads desc
)

select * from final
