-- what: regions, licence classes, methods, flags, kinds or treatments of events that no page knows
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: an unknown word has no colour and no line in a chart: its rows would silently be missing
with words as (
    select 'region' as kind, region as word, organisation_id as row_is from core_organisations
    union all
    select 'region', origin_region, model_id from core_models
    union all
    select 'region', region, model_label from core_scores
    union all
    select 'licence_class', licence_class, licence_id from core_licences
    union all
    select 'licence_class', licence_class, model_id from core_models
    union all
    select 'lineage_method', lineage_method, model_id from core_models
    union all
    select 'method', method, model_id from core_download_intervals
    union all
    select 'flag', flag, model_id from core_download_intervals where flag is not null
    union all
    select 'event', kind, model_id from core_counter_events
    union all
    select 'treatment', treatment, model_id from core_counter_events
),

known as (
    select 'region' as kind, unnest(['China', 'United States', 'Europe', 'Other', 'Unattributed']) as word
    union all
    select 'licence_class',
        unnest(['open', 'responsible-use', 'community', 'non-commercial', 'closed', 'unclassified'])
    union all
    select 'lineage_method', unnest(['own', 'tag', 'name', 'missing_parent', 'several_origins', 'cycle'])
    union all
    select 'method', unnest(['all_time_difference', 'rolling_window'])
    union all
    select 'flag',
        unnest(['counter_fall', 'counter_jump', 'spike', 'jump', 'fall', 'renamed', 'counter_stalled', 'long_interval'])
    union all
    select 'event',
        unnest([
            'counter_fall', 'counter_jump', 'spike', 'jump', 'fall', 'renamed', 'counter_stalled', 'vanished', 'account_enters'
        ])
    union all
    select 'treatment', unnest(['kept', 'replaced', 'left_out', 'joined'])
),

final as (
    from words anti join known using (kind, word)
)

select * from final
