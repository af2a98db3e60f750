-- The licence that each widely used model states now, with its maker and its downloads in the last 30 days.
-- Parameters: widely_used (30-day downloads from which on a licence counts).
with read_until as (
    select max(last_observed_on) as read_on from out_latest_models
),

stated as (
    select
        model_id,
        max(observed_on) as stated_on,
        arg_max(coalesce(nullif(licence_name, ''), licence_tag, ''), observed_on) as licence
    from core_licence_observations
    semi join (select model_id from out_latest_models where downloads_30d >= $widely_used) as used using (model_id)
    group by model_id
),

final as (
    select
        latest.model_id,
        nullif(stated.licence, '') as licence,
        latest.licence_class,
        stated.stated_on,
        latest.downloads_30d,
        read_until.read_on,
        coalesce(organisations.name, latest.organisation_id) as maker,
        coalesce(organisations.region, 'Unattributed') as region
    from out_latest_models as latest
    inner join stated using (model_id)
    left join core_organisations as organisations using (organisation_id)
    cross join read_until
    where latest.downloads_30d >= $widely_used
    order by latest.downloads_30d desc, latest.model_id
)

select * from final
