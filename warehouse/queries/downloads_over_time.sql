-- New downloads by period and group, with what the most downloaded models of each group weigh in them.
-- Parameters: period (month|week), attribution, scope (language|all|mainline|large), panel (all, or YYYY-MM: accounts read by
-- then), marked (kept|left_out), denominator (compared|country|everything), without_top (models of each side that are left
-- out), grouping (region|organisation|family|line), line_families and line_labels (the families that a line gathers), regions
-- (the sides), since and before (first day that counts, first that no longer does), named_groups (how many groups get a line),
-- listed_models (largest models of a group that `sampled` names).
with counted as (
    select month_start as period_start, * exclude (month_start) from out_monthly_downloads where $period = 'month'
    union all by name
    select week_start as period_start, * exclude (week_start) from out_weekly_downloads where $period = 'week'
),

listed as (
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

lines as (
    select unnest($line_families::varchar[]) as family_id, unnest($line_labels::varchar[]) as line
),

-- What counts: the sides, and whatever else the shares are of; gathered at once by what is asked for.
asked as (
    select
        period_start,
        method,
        region,
        case $grouping
            when 'region' then region
            when 'organisation' then coalesce(main_id, counted.organisation_id)
            when 'line' then coalesce(line, 'none')
            else counted.family_id
        end as asked_id,
        if($grouping = 'organisation', main_name, null) as asked_label,
        list_contains($regions, region) as is_side,
        bool_and(is_complete) as is_complete,
        max(period_end) as period_end,
        sum(new_downloads - if($marked = 'left_out', marked_downloads, 0))::bigint as new_downloads,
        -- Whole numbers: doubles would add up to something else in another order, and intervals and hashes with them.
        sum(if($marked = 'left_out', squared_unmarked, squared_downloads)::hugeint) as squared_downloads,
        sum(models)::bigint as models,
        sum(flagged_downloads)::bigint as flagged_downloads
    from counted
    left join main_accounts on $grouping = 'organisation' and counted.organisation_id = main_accounts.organisation_id
    left join lines on $grouping = 'line' and counted.family_id = lines.family_id
    where attribution = $attribution
        and period_start >= $since
        and period_start < $before
        and case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
        and ($panel = 'all' or panel <= $panel)
        and (list_contains($regions, region) or $denominator = 'everything' or ($denominator = 'country' and region <> 'Unattributed'))
    group by all
),

-- Models outside every group (no family, no registered account) are never a line of their own.
groups as (
    select
        asked_id,
        max(asked_label) as asked_label,
        arg_max(region, downloads) as region,
        asked_id not in ('none', 'unregistered', 'unresolved')
        and row_number() over (order by asked_id in ('none', 'unregistered', 'unresolved'), sum(downloads) desc, asked_id) <= $named_groups as is_named
    from (
        select asked_id, asked_label, region, sum(new_downloads) as downloads from asked where is_side group by all
    ) as weighed
    group by asked_id
),

by_method as (
    select period_start, method, sum(new_downloads) as downloads, bool_and(is_complete) as is_complete
    from asked
    where is_side
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

-- `rest` is what the shares are of beside the sides.
by_group as (
    select
        period_start,
        if(is_side, if(is_named, asked.asked_id, 'other'), 'rest') as group_id,
        sum(new_downloads)::bigint as new_downloads,
        sum(squared_downloads) as squared_downloads,
        sum(models)::bigint as models,
        sum(flagged_downloads)::bigint as flagged_downloads,
        max(period_end) as period_end
    from asked
    left join groups using (asked_id)
    group by all
),

candidates as (
    select
        listed.period_start,
        listed.region,
        list_contains($regions, listed.region) as is_side,
        if(is_side, if(groups.is_named, groups.asked_id, 'other'), 'rest') as group_id,
        listed.model_id,
        listed.new_downloads - if($marked = 'left_out', listed.marked_downloads, 0) as downloads
    from listed
    left join main_accounts using (organisation_id)
    left join lines using (family_id)
    left join groups on groups.asked_id = case $grouping
        when 'region' then listed.region
        when 'organisation' then coalesce(main_accounts.main_id, listed.organisation_id)
        when 'line' then coalesce(lines.line, 'none')
        else listed.family_id
    end
    where listed.attribution = $attribution
        and listed.period_start >= $since
        and listed.period_start < $before
        and case $scope when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true end
        and ($panel = 'all' or panel <= $panel)
        and (
            list_contains($regions, listed.region) or $denominator = 'everything'
            or ($denominator = 'country' and listed.region <> 'Unattributed')
        )
),

-- The three most downloaded models of each side. A list of the largest is kept while reading: no sort of all candidates.
side_lists as (
    select period_start, max(struct_pack(downloads, model_id, group_id), 3) as largest
    from candidates
    where is_side and downloads > 0
    group by period_start, region
),

side_tops as (
    select period_start, unnest(largest) as top, unnest(range(1, len(largest) + 1)) as place from side_lists
),

-- They leave the group that they belong to.
left_out as (
    select
        period_start,
        top.group_id as group_id,
        sum(top.downloads) filter (where place <= 1) as without_top1,
        sum(top.downloads) as without_top3,
        sum(top.downloads) filter (where place <= $without_top) as downloads,
        sum(top.downloads::hugeint * top.downloads) filter (where place <= $without_top) as squared,
        list(top.model_id) filter (where place <= $without_top) as model_ids
    from side_tops
    group by all
),

group_lists as (
    select period_start, group_id, max(struct_pack(downloads, model_id), $listed_models::integer) as largest
    from candidates
    where downloads > 0
    group by period_start, group_id
),

tops as (
    select
        period_start,
        group_id,
        largest[1].model_id as top_model_id,
        largest[1].downloads as top1,
        list_sum([model.downloads for model in largest[:3]]) as top3,
        coalesce(left_out.without_top1, 0) as without_top1,
        coalesce(left_out.without_top3, 0) as without_top3,
        coalesce(left_out.downloads, 0) as left_out,
        coalesce(left_out.squared, 0) as left_out_squared,
        [model.downloads for model in largest if not coalesce(list_contains(left_out.model_ids, model.model_id), false)] as largest
    from group_lists
    left join left_out using (period_start, group_id)
),

totals as (
    select
        by_group.*,
        tops.* exclude (period_start, group_id, without_top1, without_top3),
        coalesce(tops.without_top1, 0) as without_top1,
        coalesce(tops.without_top3, 0) as without_top3,
        sum(by_group.new_downloads) over whole as total,
        sum(coalesce(tops.without_top1, 0)) over whole as total_top1,
        sum(coalesce(tops.without_top3, 0)) over whole as total_top3,
        struct_pack(
            downloads := by_group.new_downloads - coalesce(tops.left_out, 0),
            squared := (by_group.squared_downloads - coalesce(tops.left_out_squared, 0))::double,
            largest := coalesce(tops.largest, [])
        ) as sampled
    from by_group
    left join tops using (period_start, group_id)
    window whole as (partition by by_group.period_start)
),

rests as (
    select period_start, sampled as sampled_rest from totals where group_id = 'rest'
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
        if(totals.group_id = 'other', null, totals.top1 / nullif(totals.new_downloads, 0)) as top1_share,
        if(totals.group_id = 'other', null, totals.top3 / nullif(totals.new_downloads, 0)) as top3_share,
        totals.squared_downloads::double / nullif(totals.new_downloads::double ** 2, 0) as hhi,
        if(totals.group_id = 'other', null, totals.top_model_id) as top_model_id,
        if(totals.group_id = 'other', null, totals.top1)::bigint as top_model_downloads,
        if(
            totals.group_id = 'other', null, (totals.new_downloads - totals.top1) / nullif(totals.total - totals.top1, 0)
        ) as share_without_own_top,
        (totals.new_downloads - totals.without_top1)::bigint as new_downloads_without_top1,
        (totals.new_downloads - totals.without_top1) / nullif(totals.total - totals.total_top1, 0) as share_without_top1,
        (totals.new_downloads - totals.without_top3)::bigint as new_downloads_without_top3,
        (totals.new_downloads - totals.without_top3) / nullif(totals.total - totals.total_top3, 0) as share_without_top3,
        totals.flagged_downloads,
        $panel = 'all' or totals.period_start >= strptime(if($panel = 'all', '1970-01', $panel), '%Y-%m')::date as is_panel_whole,
        totals.sampled,
        rests.sampled_rest
    from totals
    inner join periods using (period_start)
    left join groups on totals.group_id = groups.asked_id
    left join rests on totals.period_start = rests.period_start
    where totals.group_id <> 'rest'
    order by totals.period_start, totals.group_id = 'other', totals.new_downloads desc, totals.group_id
)

select * from final
