-- The three most downloaded models of every group and month: one repository can carry a headline, and here is which.
with counted as (
    select model_id, month_start, sum(new_downloads)::bigint as new_downloads, arg_min(flag, flag_rank(flag)) as flag
    from _model_months
    group by model_id, month_start
    having sum(new_downloads) > 0
),

-- The first three of a group are among the first three of its smallest parts: most rows are gone before the groups are made.
candidates as (
    select counted.*, dimensions.* exclude (model_id)
    from counted
    inner join _model_dimensions as dimensions using (model_id)
    qualify row_number() over (
        partition by month_start, cell
        order by new_downloads desc, model_id
    ) <= 3
),

scoped as (
    select *, 'all' as scope from candidates
    union all
    select *, 'language' as scope from candidates where task_group in ('text', 'multimodal')
),

grouped as (
    select *, 'region' as group_kind, region as group_name from scoped
    union all
    select *, 'organisation' as group_kind, organisation_id as group_name from scoped
    union all
    select *, 'family' as group_kind, family_id as group_name from scoped
),

final as (
    select
        month_start,
        attribution,
        scope,
        group_kind,
        group_name,
        row_number() over (
            partition by month_start, attribution, scope, group_kind, group_name order by new_downloads desc, model_id
        ) as rank,
        model_id,
        new_downloads,
        flag
    from grouped
    qualify rank <= 3
)

select * from final
