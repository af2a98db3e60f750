-- Share of chosen model families in the new downloads of all regions together, by month.
-- Parameters: attribution, scope, family_ids (one for each family of a line), labels (the names of their lines).
with lines as (
    select unnest($family_ids) as family_id, unnest($labels) as line
),

chosen as (
    select month_start, period_end, is_complete, method, coalesce(line, 'rest') as line, new_downloads
    from out_monthly_downloads
    left join lines using (family_id)
    where attribution = $attribution
        and case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
),

final as (
    select
        month_start as period_start,
        max(max(period_end)) over month as period_end,
        bool_and(bool_and(is_complete)) over month as is_complete,
        min(min(method)) over month as method,
        line as group_id,
        sum(new_downloads)::bigint as new_downloads,
        sum(new_downloads) / nullif(sum(sum(new_downloads)) over month, 0) as share
    from chosen
    group by month_start, line
    window month as (partition by month_start)
    qualify line <> 'rest'
    order by month_start, line
)

select * from final
