-- First and last month that have models or downloads by licence, by region. Parameters: licence_by, scope.
with final as (
    select region, strftime(min(month_start), '%Y-%m') as first_month, strftime(max(month_start), '%Y-%m') as last_month,
        sum(new_models)::bigint as new_models
    from out_licence_share
    where case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
        and if($licence_by = 'models', new_models, new_downloads) > 0
    group by region
    order by new_models desc
)

select * from final
