-- Shares of the sides in the last finished month and in the year up to it, under several definitions at once.
-- Parameters: definition_ids and a list for each property of a definition (scopes, attributions, denominators, panels,
-- without_tops, markeds), regions (the sides), before (the first day that no longer counts), listed_models.
-- A model's downloads of a year are known where it is listed in its months; of all others the year's squares are at most the
-- squares of the months times their number, and this bound is taken: intervals of a year are rather too wide than too narrow.
with definitions as (
    select
        unnest($definition_ids::varchar[]) as definition_id,
        unnest($scopes::varchar[]) as scope,
        unnest($attributions::varchar[]) as attribution,
        unnest($denominators::varchar[]) as denominator,
        unnest($panels::varchar[]) as panel,
        unnest($without_tops::integer[]) as without_top,
        unnest($markeds::varchar[]) as marked
),

by_method as (
    select month_start, method, bool_and(is_complete) as is_complete, max(period_end) as period_end, sum(new_downloads) as downloads
    from out_monthly_downloads
    where attribution = 'publisher' and list_contains($regions, region) and month_start < $before
    group by month_start, method
),

months as (
    select month_start, arg_max(period_end, downloads) as period_end, arg_max(method, downloads) as method
    from by_method
    group by month_start
    having arg_max(is_complete, downloads) and max(downloads) >= 0.9 * sum(downloads)
),

last_months as (
    select max(month_start) as month_start from months
),

spans as (
    select 'year' as span, months.*
    from months cross join last_months
    where months.month_start > last_months.month_start - interval 12 months
    union all
    select 'month' as span, months.* from months inner join last_months using (month_start)
),

-- Months before a fixed panel's date are left out.
asked as (
    select definitions.*, spans.*, strptime(if(panel = 'all', '1970-01', panel), '%Y-%m')::date as panel_from
    from definitions
    cross join spans
    where spans.month_start >= panel_from
),

lengths as (
    select definition_id, span, min(month_start) as since, max(period_end) as until, count(*) as months, max(method) as method
    from asked
    group by definition_id, span
),

counted as (
    select
        asked.definition_id,
        asked.span,
        if(list_contains($regions, monthly.region), monthly.region, 'rest') as group_id,
        sum(monthly.new_downloads - if(asked.marked = 'left_out', monthly.marked_downloads, 0))::bigint as new_downloads,
        -- Whole numbers: doubles would add up to something else in another order, and intervals and hashes with them.
        sum(if(asked.marked = 'left_out', monthly.squared_unmarked, monthly.squared_downloads)::hugeint) as squared_months,
        sum(monthly.models)::bigint as models_of_months,
        sum(monthly.flagged_downloads)::bigint as flagged_downloads
    from out_monthly_downloads as monthly
    inner join asked on monthly.month_start = asked.month_start and monthly.attribution = asked.attribution
    where case asked.scope
            when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true
        end
        and (asked.panel = 'all' or monthly.panel <= asked.panel)
        and (
            list_contains($regions, monthly.region) or asked.denominator = 'everything'
            or (asked.denominator = 'country' and monthly.region <> 'Unattributed')
        )
    group by all
),

listed as (
    select
        asked.definition_id,
        asked.span,
        any_value(asked.without_top) as without_top,
        if(list_contains($regions, tops.region), tops.region, 'rest') as group_id,
        tops.model_id,
        sum(tops.new_downloads - if(asked.marked = 'left_out', tops.marked_downloads, 0))::bigint as downloads,
        sum(
            (tops.new_downloads - if(asked.marked = 'left_out', tops.marked_downloads, 0))::hugeint
            * (tops.new_downloads - if(asked.marked = 'left_out', tops.marked_downloads, 0))
        ) as squared_months
    from out_monthly_top_models as tops
    inner join asked on tops.month_start = asked.month_start and tops.attribution = asked.attribution
    where case asked.scope
            when 'language' then is_language when 'mainline' then is_mainline when 'large' then is_large else true
        end
        and (asked.panel = 'all' or tops.panel <= asked.panel)
        and (
            list_contains($regions, tops.region) or asked.denominator = 'everything'
            or (asked.denominator = 'country' and tops.region <> 'Unattributed')
        )
    group by asked.definition_id, asked.span, group_id, tops.model_id
),

-- A list of the largest is kept while reading: no sort of all that are listed.
lists as (
    select
        definition_id,
        span,
        group_id,
        any_value(without_top) as without_top,
        max(struct_pack(downloads, model_id), $listed_models::integer) filter (where downloads > 0) as largest,
        sum(downloads::hugeint * downloads) as squared_all_listed,
        sum(squared_months) as squared_months_listed
    from listed
    group by definition_id, span, group_id
),

tops as (
    select
        definition_id,
        span,
        group_id,
        largest[1].model_id as top_model_id,
        largest[1].downloads as top1,
        list_sum([model.downloads for model in largest[:3]]) as top3,
        squared_all_listed,
        squared_months_listed,
        if(group_id = 'rest', [], [model.downloads for model in largest[:without_top]]) as left_out_downloads,
        coalesce(list_sum(left_out_downloads), 0) as left_out,
        squared_all_listed - coalesce(list_sum([one::hugeint * one for one in left_out_downloads]), 0) as squared_listed,
        [model.downloads for model in largest[if(group_id = 'rest', 1, without_top + 1):]] as largest
    from lists
),

totals as (
    select
        counted.*,
        lengths.* exclude (definition_id, span),
        tops.* exclude (definition_id, span, group_id, left_out_downloads),
        counted.squared_months - coalesce(tops.squared_months_listed, 0) as squared_months_unlisted,
        sum(counted.new_downloads) over whole as total,
        sum(if(counted.group_id = 'rest', 0, tops.top1)) over whole as total_top1,
        sum(if(counted.group_id = 'rest', 0, tops.top3)) over whole as total_top3,
        sum(coalesce(tops.left_out, 0)) over whole as total_left_out
    from counted
    inner join lengths using (definition_id, span)
    left join tops using (definition_id, span, group_id)
    window whole as (partition by counted.definition_id, counted.span)
),

sampled as (
    select
        *,
        struct_pack(
            downloads := new_downloads - coalesce(left_out, 0),
            squared := (coalesce(squared_listed, 0) + months * greatest(squared_months_unlisted, 0))::double,
            largest := coalesce(largest, [])
        ) as sampled
    from totals
),

rests as (
    select definition_id, span, sampled as sampled_rest from sampled where group_id = 'rest'
),

final as (
    select
        sampled.definition_id,
        sampled.span,
        sampled.since,
        sampled.until,
        sampled.months,
        sampled.method,
        sampled.group_id,
        sampled.new_downloads,
        (sampled.new_downloads - coalesce(sampled.left_out, 0)) / nullif(sampled.total - sampled.total_left_out, 0) as share,
        round(sampled.models_of_months / sampled.months)::bigint as models,
        sampled.top1 / nullif(sampled.new_downloads, 0) as top1_share,
        sampled.top3 / nullif(sampled.new_downloads, 0) as top3_share,
        (coalesce(sampled.squared_all_listed, 0) + sampled.months * greatest(sampled.squared_months_unlisted, 0))::double
        / nullif(sampled.new_downloads::double ** 2, 0) as hhi,
        sampled.top_model_id,
        (sampled.new_downloads - sampled.top1) / nullif(sampled.total - sampled.total_top1, 0) as share_without_top1,
        (sampled.new_downloads - sampled.top3) / nullif(sampled.total - sampled.total_top3, 0) as share_without_top3,
        sampled.flagged_downloads,
        sampled.sampled,
        rests.sampled_rest
    from sampled
    left join rests on sampled.definition_id = rests.definition_id and sampled.span = rests.span
    where sampled.group_id <> 'rest'
    order by list_position($definition_ids, sampled.definition_id), sampled.span desc, list_position($regions, sampled.group_id)
)

select * from final
