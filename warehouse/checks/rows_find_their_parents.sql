-- what: rows whose model, benchmark, organisation or licence is not in the table that describes it
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a join to nothing drops the row from the pages without a word
with final as (
    select 'core_model_observations' as table_name, model_id as missing
    from core_model_observations anti join core_models using (model_id)
    union all
    select 'core_download_intervals', model_id from core_download_intervals anti join core_models using (model_id)
    union all
    select 'core_counter_events', model_id
    from core_counter_events
    anti join core_models using (model_id)
    where not model_id.ends_with('/*')
    union all
    select 'core_scores', benchmark_id from core_scores anti join core_benchmarks using (benchmark_id)
    union all
    select 'core_scores', organisation_id
    from core_scores anti join core_organisations using (organisation_id)
    where organisation_id is not null
    union all
    select 'core_models', licence_id
    from core_models anti join core_licences using (licence_id)
    where licence_id is not null
    union all
    select 'core_organisations', parent_organisation_id
    from core_organisations
    where parent_organisation_id is not null
        and parent_organisation_id not in (select organisation_id from core_organisations)
)

select * from final
