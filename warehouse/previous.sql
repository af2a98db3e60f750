-- How many rows each table held in the release before, by source where a table has one; only in the same scope.
insert into input_previous_rows
with counted as (
    select 'core_model_observations' as table_name, source_id, count(*) as rows
    from previous.core_model_observations group by all
    union all
    select 'core_models' as table_name, null as source_id, count(*) as rows from previous.core_models
    union all
    select 'core_scores' as table_name, source_id, count(*) as rows
    from previous.core_scores inner join previous.core_benchmarks using (benchmark_id) group by all
    union all
    select 'core_organisations' as table_name, null as source_id, count(*) as rows from previous.core_organisations
    union all
    select 'core_download_intervals' as table_name, null as source_id, count(*) as rows
    from previous.core_download_intervals
),

final as (
    select counted.*
    from counted
    cross join previous.meta_release as release_before
    inner join input_release as release_now on release_before.scope = release_now.scope
)

select * from final
