-- What the newest readings say otherwise of models than the release before: by fact and region, how many, and the
-- most telling example. `only` limits a fact to some definitions; `month` is the month of creation where that decides.
with regions as (
    select organisation_id, region from core_organisations
),

paired as (
    select
        model_id,
        old.model_id is not null as was_known,
        new.model_id is not null as is_known,
        coalesce(new.organisation_id, old.organisation_id) as organisation_id,
        [old.origin_organisation_id, new.origin_organisation_id] as origins,
        old.task_group is distinct from new.task_group as has_other_task,
        old.base_model_id is distinct from new.base_model_id as has_other_base,
        old.licence_tag is distinct from new.licence_tag or old.licence_name is distinct from new.licence_name as has_other_licence,
        old.parameters is distinct from new.parameters as has_other_size,
        date_trunc('month', coalesce(new.created_at, old.created_at))::date as month
    from before.core_models as old
    full join core_models as new using (model_id)
    where (old.model_id is null) <> (new.model_id is null) or has_other_task or has_other_base or has_other_licence or has_other_size
),

facts as (
    select model_id, organisation_id, origins, month, unnest(list_filter([
        if(is_known and not was_known, 'first read', null), if(was_known and not is_known, 'no longer known', null),
        if(was_known and is_known and has_other_task, 'task', null), if(was_known and is_known and has_other_base, 'base model', null),
        if(was_known and is_known and has_other_licence, 'licence', null), if(was_known and is_known and has_other_size, 'size', null)
    ], lambda fact: fact is not null)) as fact
    from paired
),

placed as (
    select facts.*, list_distinct([coalesce(own.region, 'Unattributed'), coalesce(earlier.region, 'Unattributed'), coalesce(later.region, 'Unattributed')]) as regions
    from facts
    left join regions as own using (organisation_id)
    left join regions as earlier on facts.origins[1] = earlier.organisation_id
    left join regions as later on facts.origins[2] = later.organisation_id
),

final as (
    select
        fact,
        regions,
        if(fact in ('first read', 'no longer known'), month, null) as month,
        count(*) as models,
        min(model_id) as example
    from placed
    group by all
)

select * from final
