-- what: rows with a part of their key missing
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a row without its key joins to nothing and disappears from the pages
with final as (
    select 'core_organisations' as table_name, name as row_is from core_organisations where organisation_id is null
    union all
    select 'core_models', model_id from core_models where coalesce(model_id, '') = '' or coalesce(organisation_id, '') = ''
    union all
    select 'core_model_observations', model_id from core_model_observations
    where model_id is null or observed_on is null or source_id is null
    union all
    select 'core_download_intervals', model_id from core_download_intervals
    where model_id is null or to_on is null or from_on is null
    union all
    select 'core_counter_events', model_id from core_counter_events
    where model_id is null or on_day is null or kind is null or treatment is null or reason is null
    union all
    select 'core_weekly_model_downloads', model_id from core_weekly_model_downloads
    where model_id is null or week_start is null
    union all
    select 'core_licence_observations', model_id from core_licence_observations
    where model_id is null or observed_on is null
    union all
    select 'core_scores', concat_ws(' ', benchmark_id, model_label) from core_scores
    where benchmark_id is null or coalesce(model_label, '') = '' or published_on is null
    union all
    select 'out_monthly_downloads', concat_ws(' ', month_start, region, organisation_id) from out_monthly_downloads
    where month_start is null or method is null or attribution is null or region is null or organisation_id is null
        or family_id is null or is_language is null or is_mainline is null or is_large is null or panel is null
    union all
    select 'out_weekly_downloads', concat_ws(' ', week_start, region, organisation_id) from out_weekly_downloads
    where week_start is null or method is null or attribution is null or region is null or organisation_id is null
        or family_id is null or is_language is null or is_mainline is null or is_large is null or panel is null
    union all
    select 'out_frontier', concat_ws(' ', benchmark_id, published_on) from out_frontier
    where benchmark_id is null or published_on is null or group_kind is null or group_name is null
    union all
    select 'out_licence_share', concat_ws(' ', month_start, region) from out_licence_share
    where month_start is null or region is null or licence_class is null or is_language is null
)

select * from final
