-- what: rows that share their key with another row
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a row that is there twice is counted twice in every sum above it
with final as (
    select 'core_organisations' as table_name, organisation_id as key, count(*) as copies
    from core_organisations group by all having copies > 1
    union all
    select 'core_families', family_id, count(*) as copies from core_families group by all having copies > 1
    union all
    select 'core_licences', licence_id, count(*) as copies from core_licences group by all having copies > 1
    union all
    select 'core_policy_events', event_id, count(*) as copies from core_policy_events group by all having copies > 1
    union all
    select 'core_model_observations', concat_ws(' ', model_id, observed_on, source_id), count(*) as copies
    from core_model_observations group by model_id, observed_on, source_id having copies > 1
    union all
    select 'core_models', model_id, count(*) as copies from core_models group by all having copies > 1
    union all
    select 'out_latest_models', model_id, count(*) as copies from out_latest_models group by all having copies > 1
    union all
    select 'out_licence_use', licence_id, count(*) as copies from out_licence_use group by all having copies > 1
    union all
    select 'out_lineage', lineage_method, count(*) as copies from out_lineage group by all having copies > 1
    union all
    select 'meta_corrections', concat_ws(' ', subject, field), count(*) as copies
    from meta_corrections group by subject, field having copies > 1
    union all
    select 'core_licence_observations', concat_ws(' ', model_id, observed_on), count(*) as copies
    from core_licence_observations group by model_id, observed_on having copies > 1
    union all
    select 'core_download_intervals', concat_ws(' ', model_id, to_on), count(*) as copies
    from core_download_intervals group by model_id, to_on having copies > 1
    union all
    select 'core_counter_events', concat_ws(' ', model_id, on_day, kind), count(*) as copies
    from core_counter_events group by model_id, on_day, kind having copies > 1
    union all
    select 'core_weekly_model_downloads', concat_ws(' ', model_id, week_start), count(*) as copies
    from core_weekly_model_downloads group by model_id, week_start having copies > 1
    union all
    select 'core_benchmarks', benchmark_id, count(*) as copies from core_benchmarks group by all having copies > 1
    union all
    select 'core_scores', concat_ws(' ', benchmark_id, model_label, published_on), count(*) as copies
    from core_scores group by benchmark_id, model_label, published_on having copies > 1
    union all
    select 'out_weekly_downloads',
        concat_ws(' ', attribution, week_start, method, region, organisation_id, family_id, is_language, is_mainline, is_large, panel),
        count(*) as copies
    from out_weekly_downloads
    group by attribution, week_start, method, region, organisation_id, family_id, is_language, is_mainline, is_large, panel
    having copies > 1
    union all
    select 'out_monthly_downloads',
        concat_ws(' ', attribution, month_start, method, region, organisation_id, family_id, is_language, is_mainline, is_large, panel),
        count(*) as copies
    from out_monthly_downloads
    group by attribution, month_start, method, region, organisation_id, family_id, is_language, is_mainline, is_large, panel
    having copies > 1
    union all
    select 'out_weekly_top_models', concat_ws(' ', attribution, week_start, model_id), count(*) as copies
    from out_weekly_top_models group by attribution, week_start, model_id having copies > 1
    union all
    select 'out_monthly_top_models', concat_ws(' ', attribution, month_start, model_id), count(*) as copies
    from out_monthly_top_models group by attribution, month_start, model_id having copies > 1
    union all
    select 'out_monthly_derivatives', concat_ws(' ', month_start, origin_family_id, origin_region), count(*) as copies
    from out_monthly_derivatives group by month_start, origin_family_id, origin_region having copies > 1
    union all
    select 'out_frontier', concat_ws(' ', benchmark_id, published_on, group_kind, group_name), count(*) as copies
    from out_frontier group by benchmark_id, published_on, group_kind, group_name having copies > 1
    union all
    select 'out_licence_share', concat_ws(' ', month_start, region, licence_class, is_language, is_mainline, is_large),
        count(*) as copies
    from out_licence_share
    group by month_start, region, licence_class, is_language, is_mainline, is_large
    having copies > 1
    union all
    select 'meta_release', release_id, count(*) as copies from meta_release group by all having copies > 1
    union all
    select 'meta_sources', source_id, count(*) as copies from meta_sources group by all having copies > 1
    union all
    select 'meta_unmatched', concat_ws(' ', kind, name), count(*) as copies
    from meta_unmatched group by kind, name having copies > 1
    union all
    select 'meta_inputs', concat_ws(' ', kind, name), count(*) as copies
    from meta_inputs group by kind, name having copies > 1
    union all
    select 'meta_figures', concat_ws(' ', what, definition, period_start, group_name), count(*) as copies
    from meta_figures group by what, definition, period, period_start, group_name having copies > 1
    union all
    select 'meta_comparisons', published_in, count(*) as copies from meta_comparisons group by all having copies > 1
    union all
    select 'meta_revisions', concat_ws(' ', published_in, what, definition, period_start, group_name), count(*) as copies
    from meta_revisions group by published_in, what, definition, period, period_start, group_name having copies > 1
)

select * from final
