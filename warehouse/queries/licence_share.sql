-- Licence classes of the models created in a month, or of the downloads in it; shares of one region add up to 1.
-- Parameters: licence_by (models|downloads), scope (language|all|mainline|large), regions, by_region, since, before.
with chosen as (
    select
        month_start,
        if($by_region, region, 'all') as region,
        licence_class,
        sum(new_models)::bigint as new_models,
        sum(new_downloads)::bigint as new_downloads,
        if($licence_by = 'models', sum(new_models), sum(new_downloads))::bigint as amount
    from out_licence_share
    where case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
        and list_contains($regions, region)
        and month_start >= $since
        and month_start < $before
    group by all
),

-- Models carry their day of creation, so a month is whole once the Hub was read after it; downloads have their own rule.
read_until as (
    select max(data_until) as read_on from meta_sources where source_id in ('hub_models', 'hub_history')
),

by_method as (
    select month_start, method, bool_and(is_complete) as is_complete, max(period_end) as period_end, sum(new_downloads) as downloads
    from out_monthly_downloads
    group by month_start, method
),

counted_months as (
    select
        month_start,
        bool_and(is_complete) as is_counted_whole,
        arg_max(method, downloads) as method,
        arg_max(period_end, downloads) as period_end
    from by_method
    group by month_start
),

final as (
    select
        chosen.month_start,
        if($licence_by = 'models', coalesce(last_day(chosen.month_start) <= read_on, false), coalesce(is_counted_whole, false))
            as is_complete,
        chosen.region,
        chosen.licence_class,
        chosen.new_models,
        chosen.new_downloads,
        chosen.amount,
        sum(chosen.amount) over (partition by chosen.month_start, chosen.region)::bigint as total,
        chosen.amount / nullif(sum(chosen.amount) over (partition by chosen.month_start, chosen.region), 0) as share,
        if($licence_by = 'models', null, counted_months.method) as method,
        if($licence_by = 'models', null, counted_months.period_end) as period_end
    from chosen
    cross join read_until
    left join counted_months using (month_start)
    qualify total > 0
    order by chosen.month_start, chosen.region, chosen.licence_class
)

select * from final
