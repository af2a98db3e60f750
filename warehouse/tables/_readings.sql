-- One reading per model and day: where both Hub sources have the day, the one that asked the Hub itself counts.
-- A renamed repository goes on in the series of its older name: same counter, new label.
with asked as (
    select model_id, observed_on, source_id, downloads_30d, downloads_all_time
    from core_model_observations
    where source_id = 'hub_models'
),

elsewhere as (
    select model_id, observed_on, source_id, downloads_30d, downloads_all_time
    from core_model_observations
    where source_id <> 'hub_models'
),

chosen as (
    from asked
    union all
    from elsewhere anti join asked using (model_id, observed_on)
),

final as (
    select coalesce(_renames.renamed_from, chosen.model_id) as series_id, chosen.*
    from chosen
    left join _renames using (model_id)
)

select * from final
