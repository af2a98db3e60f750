-- Licence classes of the models created in a month and of the downloads in it, by the publisher's region.
-- The Hub gives every older model the creation date 2022-03-02: those are not new on that day and are left out.
with scoped as (
    select model_id, created_at, licence_class, region, unnest(if(task_group = 'other', ['all'], ['all', 'language'])) as scope
    from core_models
    inner join (select model_id, region from _model_dimensions where attribution = 'publisher') as publishers using (model_id)
),

created as (
    select date_trunc('month', created_at)::date as month_start, region, licence_class, scope, count(*) as new_models
    from scoped
    where created_at::date <> date '2022-03-02'
    group by all
),

downloaded as (
    select month_start, region, licence_class, scope, sum(new_downloads)::bigint as new_downloads
    from _model_months
    inner join scoped using (model_id)
    group by all
),

final as (
    select
        month_start,
        region,
        licence_class,
        scope,
        coalesce(created.new_models, 0)::bigint as new_models,
        coalesce(downloaded.new_downloads, 0)::bigint as new_downloads
    from created
    full join downloaded using (month_start, region, licence_class, scope)
)

select * from final
