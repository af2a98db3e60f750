-- Licence classes of the models created in a month and of the downloads in it, by the publisher's region.
-- The Hub gives every older model the creation date 2022-03-02: those are not new on that day and are left out.
with created as (
    select date_trunc('month', models.created_at)::date as month_start, traits.cell, count(*) as new_models
    from core_models as models
    inner join _numbers using (model_id)
    inner join _traits as traits using (model_number)
    where models.created_at::date <> date '2022-03-02'
    group by all
),

counted as (
    select month_start, cell, new_models, 0 as new_downloads from created
    union all
    select month_start, cell, 0 as new_models, new_downloads from _cell_months
),

final as (
    select
        counted.month_start,
        cells.publisher_region as region,
        cells.licence_class,
        cells.is_language,
        cells.is_mainline,
        cells.is_large,
        sum(counted.new_models)::bigint as new_models,
        sum(counted.new_downloads)::bigint as new_downloads
    from counted
    inner join _cells as cells using (cell)
    group by all
)

select * from final
