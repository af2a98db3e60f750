-- New downloads by period and group, with what the most downloaded models of each group weigh in them.
-- Parameters: period (month|week), attribution, scope (language|all), grouping (region|organisation|family), regions,
-- since and before (first day that counts, first that no longer does), named_groups (how many groups get a line).
with counted as (
    select month_start as period_start, * exclude (month_start) from out_monthly_downloads where $period = 'month'
    union all by name
    select week_start as period_start, * exclude (week_start) from out_weekly_downloads where $period = 'week'
),

listed_top_models as (
    select month_start as period_start, * exclude (month_start) from out_monthly_top_models where $period = 'month'
    union all by name
    select week_start as period_start, * exclude (week_start) from out_weekly_top_models where $period = 'week'
),

-- Legacy and sister accounts count with their main account.
main_accounts as (
    select
        accounts.organisation_id,
        coalesce(accounts.parent_organisation_id, accounts.organisation_id) as main_id,
        coalesce(mains.name, accounts.name) as main_name
    from core_organisations as accounts
    left join core_organisations as mains on accounts.parent_organisation_id = mains.organisation_id
),

chosen as (
    select
        counted.*,
        case $grouping
            when 'region' then region
            when 'organisation' then coalesce(main_id, organisation_id)
            else family_id
        end as asked_id,
        if($grouping = 'organisation', main_name, null) as asked_label
    from counted
    left join main_accounts using (organisation_id)
    where attribution = $attribution
        and list_contains($regions, region)
        and ($scope = 'all' or task_group in ('text', 'multimodal'))
        and period_start >= $since
        and period_start < $before
),

-- Models outside every group (no family, no registered account) are never a line of their own.
groups as (
    select
        asked_id,
        max(asked_label) as asked_label,
        arg_max(region, downloads) as region,
        asked_id not in ('none', 'unregistered')
        and row_number() over (order by asked_id in ('none', 'unregistered'), sum(downloads) desc, asked_id) <= $named_groups as is_named
    from (select asked_id, asked_label, region, sum(new_downloads) as downloads from chosen group by all) as weighed
    group by asked_id
),

by_method as (
    select period_start, method, sum(new_downloads) as downloads, bool_and(is_complete) as is_complete
    from chosen
    group by period_start, method
),

-- A tenth of another method is enough to make a period incomparable with its neighbours.
periods as (
    select
        period_start,
        if(max(downloads) < 0.9 * sum(downloads), 'mixed', arg_max(method, downloads)) as method,
        arg_max(is_complete, downloads) as is_complete
    from by_method
    group by period_start
),

by_group as (
    select
        period_start,
        if(is_named, chosen.asked_id, 'other') as group_id,
        sum(new_downloads)::bigint as new_downloads,
        sum(models)::bigint as models,
        sum(flagged_downloads)::bigint as flagged_downloads,
        max(period_end) as period_end
    from chosen
    inner join groups using (asked_id)
    group by all
),

top_models as (
    select
        listed.period_start,
        if(coalesce(groups.is_named, false), groups.asked_id, 'other') as group_id,
        listed.model_id,
        listed.new_downloads,
        row_number() over (
            partition by listed.period_start, group_id order by listed.new_downloads desc, listed.model_id
        ) as place
    from listed_top_models as listed
    left join main_accounts on listed.group_name = main_accounts.organisation_id and $grouping = 'organisation'
    inner join groups on coalesce(main_accounts.main_id, listed.group_name) = groups.asked_id
    where listed.attribution = $attribution and listed.scope = $scope and listed.group_kind = $grouping
),

top_three as (
    select
        period_start,
        group_id,
        max(model_id) filter (where place = 1) as top_model_id,
        max(new_downloads) filter (where place = 1) as top_model_downloads,
        sum(new_downloads) as top_three_downloads
    from top_models
    where place <= 3 and group_id <> 'other'
    group by all
),

-- The most downloaded model of each region leaves the group it belongs to; one that no group lists is in the rest.
left_out as (
    select tops.period_start, coalesce(top_models.group_id, 'other') as group_id, sum(tops.new_downloads) as left_out_downloads
    from listed_top_models as tops
    left join top_models on tops.period_start = top_models.period_start and tops.model_id = top_models.model_id
    where tops.attribution = $attribution
        and tops.scope = $scope
        and tops.group_kind = 'region'
        and tops.rank = 1
        and list_contains($regions, tops.group_name)
    group by all
),

totals as (
    select
        by_group.*,
        coalesce(left_out_downloads, 0) as left_out_downloads,
        sum(new_downloads) over (partition by period_start) as total,
        sum(coalesce(left_out_downloads, 0)) over (partition by period_start) as total_left_out
    from by_group
    left join left_out using (period_start, group_id)
),

final as (
    select
        totals.period_start,
        totals.period_end,
        periods.is_complete and periods.method <> 'mixed' as is_complete,
        periods.method,
        totals.group_id,
        coalesce(groups.asked_label, totals.group_id) as group_label,
        if(totals.group_id = 'other', 'Other', groups.region) as region,
        totals.new_downloads,
        totals.new_downloads / nullif(totals.total, 0) as share,
        totals.models,
        top_three.top_model_downloads / nullif(totals.new_downloads, 0) as top1_share,
        top_three.top_three_downloads / nullif(totals.new_downloads, 0) as top3_share,
        top_three.top_model_id,
        top_three.top_model_downloads::bigint as top_model_downloads,
        (totals.new_downloads - top_three.top_model_downloads)
        / nullif(totals.total - top_three.top_model_downloads, 0) as share_without_own_top,
        (totals.new_downloads - totals.left_out_downloads)::bigint as new_downloads_without_top,
        (totals.new_downloads - totals.left_out_downloads) / nullif(totals.total - totals.total_left_out, 0) as share_without_top,
        totals.flagged_downloads
    from totals
    inner join periods using (period_start)
    left join groups on totals.group_id = groups.asked_id
    left join top_three on totals.period_start = top_three.period_start and totals.group_id = top_three.group_id
    order by totals.period_start, totals.group_id = 'other', totals.new_downloads desc, totals.group_id
)

select * from final
