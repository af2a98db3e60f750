-- what: tables that lost more than half of their rows against the release before
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: half of the figures gone is a broken source, not news; if less is meant, name the source and add --accept-smaller to the run
with now as (
    select 'core_model_observations' as table_name, source_id, count(*) as rows from core_model_observations group by all
    union all
    select 'core_models', null, count(*) from core_models
    union all
    select 'core_scores', source_id, count(*) from core_scores inner join core_benchmarks using (benchmark_id) group by all
    union all
    select 'core_organisations', null, count(*) from core_organisations
    union all
    select 'core_download_intervals', null, count(*) from core_download_intervals
),

final as (
    select before.table_name, before.source_id, before.rows as rows_before, coalesce(now.rows, 0) as rows_now
    from input_previous_rows as before
    left join now
        on before.table_name = now.table_name and before.source_id is not distinct from now.source_id
    where coalesce(now.rows, 0) < before.rows * 0.5
)

select * from final
