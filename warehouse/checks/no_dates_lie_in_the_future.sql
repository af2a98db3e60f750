-- what: dates later than the day after the release was built
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a wrong clock or a swapped day and month would stand at the end of every chart as the news
with last_day as (
    -- One day is borne: a service in Asia is already in tomorrow.
    select (built_at + interval 1 day)::date as latest from meta_release
),

dated as (
    select 'core_model_observations' as table_name, model_id as row_is, observed_on as day from core_model_observations
    union all
    select 'core_models', model_id, created_at::date from core_models
    union all
    select 'core_licence_observations', model_id, observed_on from core_licence_observations
    union all
    select 'core_download_intervals', model_id, to_on from core_download_intervals
    union all
    select 'core_scores', benchmark_id || ' ' || model_label, published_on from core_scores
    union all
    select 'out_monthly_downloads', organisation_id, month_start from out_monthly_downloads
    union all
    select 'meta_sources', source_id, data_until from meta_sources
),

final as (
    select dated.* from dated inner join last_day on dated.day > last_day.latest
)

select * from final
