-- what: readings whose models or downloads differ from the total of the raw payload
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a model lost or doubled on the way from the raw file to the table makes every share wrong
with tracked_readings as (
    -- With the whole Hub in the lake this table holds a part of the models; there the lake itself compares when it writes.
    select source_id, observed_on
    from input_readings
    where source_id in ('hub_models', 'hub_history') and not exists (from input_readings where scope = 'hub')
),

ours as (
    select source_id, observed_on, 'rows' as measure, count(*)::double as value
    from core_model_observations semi join tracked_readings using (source_id, observed_on)
    group by all
    union all
    select source_id, observed_on, 'downloads_30d', coalesce(sum(downloads_30d), 0)::double
    from core_model_observations semi join tracked_readings using (source_id, observed_on)
    group by all
),

raw as (
    select controls.source_id, controls.observed_on, controls.measure, controls.value
    from lake_control_totals as controls
    semi join tracked_readings using (source_id, observed_on)
    where controls.measure in ('rows', 'downloads_30d')
),

final as (
    select source_id, observed_on, measure, raw.value as in_raw, ours.value as in_table
    from raw
    full join ours using (source_id, observed_on, measure)
    where raw.value is distinct from coalesce(ours.value, 0)
)

select * from final
