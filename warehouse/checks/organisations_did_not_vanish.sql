-- what: organisations with a hundredth of the downloads or more in the reading before, and no model in the newest answer of the Hub
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: one empty answer for one large organisation flips who leads; if its account is really gone or renamed, set on_hub to false in registry/organisations.yaml
with newest as (
    select max(observed_on) as read_on from core_model_observations where source_id = 'hub_models'
),

day_before as (
    select observed_on, source_id
    from core_model_observations
    cross join newest
    where observed_on < read_on and observed_on >= read_on - 60
    group by observed_on, source_id
    order by observed_on desc, source_id desc
    limit 1
),

weights as (
    select models.organisation_id, sum(observations.downloads_30d) as downloads_30d
    from core_model_observations as observations
    inner join day_before using (observed_on, source_id)
    inner join core_models as models using (model_id)
    group by models.organisation_id
),

still_there as (
    select distinct models.organisation_id
    from core_model_observations as observations
    inner join newest on observations.observed_on = newest.read_on and observations.source_id = 'hub_models'
    inner join core_models as models using (model_id)
),

final as (
    select organisation_id, downloads_30d
    from weights
    inner join registry_organisations as registered using (organisation_id)
    anti join still_there using (organisation_id)
    where registered.on_hub and downloads_30d >= 0.01 * (select sum(downloads_30d) from weights)
)

select * from final
