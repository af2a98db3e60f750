-- First and last month that have downloads, by region: what to offer where a choice has none.
-- Parameters: attribution, scope (language|all).
with final as (
    select region, strftime(min(month_start), '%Y-%m') as first_month, strftime(max(month_start), '%Y-%m') as last_month,
        sum(new_downloads)::bigint as new_downloads
    from out_monthly_downloads
    where attribution = $attribution and ($scope = 'all' or task_group in ('text', 'multimodal'))
    group by region
    having sum(new_downloads) > 0
    order by new_downloads desc
)

select * from final
