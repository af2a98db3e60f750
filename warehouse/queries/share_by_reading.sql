-- Shares of a side by reading, straight from the 30-day counters of every day that was read: windows of neighbouring days may
-- overlap, so that readings are never added up. Each once for all accounts and once for every fixed panel.
-- Parameters: panels (all, or YYYY-MM: accounts read by the end of that month), scope (language|all|mainline|large),
-- attribution, regions (the sides; a share is of them together), large_from (parameters from which a model is large).
with last_readings as (
    select max(observed_on) as observed_on from core_model_observations
),

-- A panel of a month that has not been read yet says nothing.
panels as (
    select panel
    from (select unnest($panels::varchar[]) as panel) as asked
    cross join last_readings
    where panel = 'all' or strptime(if(panel = 'all', '1970-01', panel), '%Y-%m')::date <= last_readings.observed_on
),

-- Where a day was read from both sources, the one that asked the Hub itself counts.
readings as (
    select observed_on, max(source_id) as source_id from core_model_observations group by observed_on
),

accounts as (
    select split_part(model_id, '/', 1) as organisation_id, min(observed_on) as first_on from core_model_observations group by all
),

models as (
    select
        models.model_id,
        models.organisation_id,
        if($attribution = 'publisher', coalesce(organisations.region, 'Unattributed'), models.origin_region) as region
    from core_models as models
    left join core_organisations as organisations using (organisation_id)
    where case $scope
        when 'language' then models.task_group in ('text', 'multimodal')
        when 'mainline' then models.task_group in ('text', 'multimodal') and models.family_id is not null
            and coalesce(models.base_relation not in ('quantized', 'adapter', 'merge'), true)
        when 'large' then coalesce(models.parameters >= $large_from, false)
        else true
    end
),

counted as (
    select panels.panel, observed.observed_on, observed.source_id, models.region, observed.model_id, observed.downloads_30d
    from core_model_observations as observed
    inner join readings using (observed_on, source_id)
    inner join models using (model_id)
    inner join accounts using (organisation_id)
    inner join panels on panels.panel = 'all' or accounts.first_on <= last_day(strptime(panels.panel, '%Y-%m')::date)
    where list_contains($regions, models.region) and observed.downloads_30d > 0
),

placed as (
    select *, row_number() over (partition by panel, observed_on, region order by downloads_30d desc, model_id) as place
    from counted
),

by_side as (
    select
        panel,
        observed_on,
        source_id,
        region,
        count(*) as models,
        sum(downloads_30d) as downloads,
        sum(downloads_30d) filter (where place > 1) as without_top1,
        sum(downloads_30d) filter (where place > 3) as without_top3,
        max(model_id) filter (where place = 1) as top_model_id
    from placed
    group by all
),

final as (
    select
        panel,
        observed_on,
        source_id,
        panel = 'all' or observed_on >= strptime(if(panel = 'all', '1970-01', panel), '%Y-%m')::date as is_panel_whole,
        region,
        models,
        downloads::bigint as downloads_30d,
        downloads / sum(downloads) over reading as share,
        without_top1 / sum(without_top1) over reading as share_without_top1,
        without_top3 / sum(without_top3) over reading as share_without_top3,
        top_model_id
    from by_side
    window reading as (partition by panel, observed_on)
    order by list_position($panels, panel), observed_on, list_position($regions, region)
)

select * from final
