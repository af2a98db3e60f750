-- What is new in the last seven days of each source, the weightiest first: who leads the main boards, licence changes of
-- widely used models, the most downloaded new models.
-- Parameters: main_boards (their order is that of the list), widely_used (30-day downloads from which on a licence counts).
with read_until as (
    select max(last_observed_on) as read_on from out_latest_models
),

makers as (
    select
        organisations.organisation_id,
        coalesce(parent_organisation_id, organisations.organisation_id) as main_id,
        coalesce(organisations.name, organisations.organisation_id) as maker,
        organisations.region,
        organisations.country_code
    from core_organisations as organisations
),

models as (
    select
        latest.*,
        coalesce(makers.main_id, organisation_id) as main_id,
        coalesce(makers.maker, organisation_id) as maker,
        coalesce(makers.region, 'Unattributed') as region,
        makers.country_code,
        -- Behind the tag `other` stands a name of the maker's own; the registry's name says no more than the tag there.
        if(coalesce(lower(licence_tag), 'other') in ('other', 'unknown'), licence_name, licences.name) as licence
    from out_latest_models as latest
    left join makers using (organisation_id)
    left join core_licences as licences using (licence_id)
),

boards as (
    select
        frontier.benchmark_id,
        frontier.group_name,
        frontier.published_on,
        frontier.best_model_label,
        max(frontier.published_on) over (partition by benchmark_id) as last_published_on
    from out_frontier as frontier
    where group_kind = 'weights' and list_contains($main_boards, benchmark_id)
),

-- A board that stopped long before the newest figures has no news, however new its last issue was to it.
leaders as (
    select
        benchmark_id,
        group_name,
        last_published_on,
        arg_max(best_model_label, published_on) filter (where published_on <= last_published_on - 7) as label_before,
        arg_max(best_model_label, published_on) filter (where published_on = last_published_on) as label_now
    from boards
    where last_published_on > (select greatest(max(last_published_on), max(read_on)) from boards cross join read_until) - 7
    group by all
    having label_before is not null and label_now is not null and label_before <> label_now
),

standing as (
    select scores.*, makers.maker, makers.country_code
    from core_scores as scores
    left join makers using (organisation_id)
),

new_leaders as (
    select
        'new_leader' as kind,
        leaders.group_name,
        benchmarks.name as board,
        leaders.label_now as subject,
        now.maker,
        now.region,
        now.country_code,
        now.score,
        leaders.label_before as before,
        previous.score as score_before,
        now.score_low > previous.score_high as is_clear,
        last_published_on as changed_on,
        list_position($main_boards, benchmark_id) * 2 + (leaders.group_name = 'closed')::int as place
    from leaders
    inner join core_benchmarks as benchmarks using (benchmark_id)
    inner join standing as now
        on leaders.benchmark_id = now.benchmark_id
        and leaders.last_published_on = now.published_on and leaders.label_now = now.model_label
    left join standing as previous
        on leaders.benchmark_id = previous.benchmark_id
        and leaders.last_published_on = previous.published_on and leaders.label_before = previous.model_label
),

licences as (
    select
        model_id,
        observed_on,
        coalesce(nullif(licence_name, ''), licence_tag) as licence_now,
        lag(licence_now) over (partition by model_id order by observed_on) as licence_before
    from core_licence_observations
    semi join (
        select model_id from core_licence_observations cross join read_until where observed_on > read_on - 7
    ) as stated_lately using (model_id)
    qualify observed_on = max(observed_on) over (partition by model_id)
),

new_licences as (
    select
        'licence_changed' as kind,
        model_id as subject,
        maker,
        region,
        country_code,
        licence_before as before,
        licence_now as licence,
        if(licence_now is null, null, licence_class) as licence_class,
        downloads_30d as downloads,
        observed_on as changed_on,
        read_on,
        row_number() over (order by downloads_30d desc, model_id) as place
    from licences
    inner join models using (model_id)
    cross join read_until
    where licence_before is not null
        and lower(licence_before) is distinct from lower(licence_now)
        and observed_on > read_on - 7
        and downloads_30d >= $widely_used
    qualify place <= 2
),

-- A conversion to fewer bits is no new model, and no maker takes the whole list.
of_this_week as (
    select *, row_number() over (partition by main_id order by downloads_30d desc, model_id) as place_of_maker
    from models
    cross join read_until
    where created_at::date > read_on - 7
        and created_at::date <= read_on
        and downloads_30d > 0
        and base_relation is distinct from 'quantized'
),

new_models as (
    select
        'new_model' as kind,
        model_id as subject,
        maker,
        region,
        country_code,
        coalesce(licence, licence_tag) as licence,
        licence_class,
        downloads_30d as downloads,
        created_at::date as changed_on,
        read_on,
        row_number() over (order by downloads_30d desc, model_id) as place
    from of_this_week
    where place_of_maker <= 2
),

changes as (
    from new_leaders union all by name from new_licences union all by name from new_models
),

final as (
    select *
    from changes
    order by kind <> 'new_leader', kind <> 'licence_changed', place
    limit 6
)

select * from final
