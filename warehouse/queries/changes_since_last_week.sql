-- What is new in the seven days up to the newest reading: models, licences, and who leads each board.
with read_until as (
    select max(last_observed_on) as read_on from core_models
),

latest as (
    select model_id, arg_max(downloads_30d, (observed_on, source_id)) as downloads_30d
    from core_model_observations
    group by model_id
),

new_models as (
    select
        'new_model' as kind,
        model_id as subject,
        null::varchar as before,
        licence_class as after,
        created_at::date as changed_on,
        coalesce(downloads_30d, 0) as weight
    from core_models
    cross join read_until
    left join latest using (model_id)
    where created_at::date > read_on - 7 and created_at::date <= read_on
),

licences as (
    select
        model_id,
        observed_on,
        coalesce(nullif(licence_name, ''), licence_tag, 'no licence') as licence,
        lag(licence) over (partition by model_id order by observed_on) as licence_before
    from core_licence_observations
),

new_licences as (
    select
        'licence_changed' as kind,
        model_id as subject,
        licence_before as before,
        licence as after,
        observed_on as changed_on,
        coalesce(downloads_30d, 0) as weight
    from licences
    cross join read_until
    left join latest using (model_id)
    where licence_before is distinct from licence and licence_before is not null and observed_on > read_on - 7
),

boards as (
    select
        *,
        max(published_on) over (partition by benchmark_id) as last_published_on
    from out_frontier
    where group_kind = 'weights'
),

leaders as (
    select
        benchmark_id,
        group_name,
        last_published_on,
        arg_max(best_model_label, published_on) filter (where published_on <= last_published_on - 7) as before,
        arg_max(best_model_label, published_on) as after
    from boards
    group by all
),

new_leaders as (
    select
        'new_leader' as kind,
        benchmarks.name || ', ' || group_name || ' weights' as subject,
        before,
        after,
        last_published_on as changed_on,
        0 as weight
    from leaders
    cross join read_until
    inner join core_benchmarks as benchmarks using (benchmark_id)
    where before is distinct from after and before is not null and last_published_on > read_on - 7
),

final as (
    select kind, subject, before, after, changed_on, weight::bigint as weight
    from (from new_leaders union all from new_licences union all from new_models) as changes
    order by kind <> 'new_leader', kind <> 'licence_changed', weight desc, subject
    limit 30
)

select * from final
