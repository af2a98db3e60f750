-- New downloads by month, ready to draw, by publisher and by origin. `method` is part of the key: counted or estimated.
with final as (
    select
        months.month_start,
        months.method,
        dimensions.attribution,
        dimensions.task_group,
        dimensions.region,
        dimensions.organisation_id,
        dimensions.family_id,
        coalesce(sum(model_months.new_downloads), 0)::bigint as new_downloads,
        count(*)::bigint as models,
        sum(model_months.flagged_downloads)::bigint as flagged_downloads,
        months.period_end,
        months.is_complete
    from _model_months as model_months
    inner join _model_dimensions as dimensions using (model_id)
    inner join _months as months
        on model_months.month_start = months.month_start and model_months.method = months.method
    group by all
)

select * from final
