-- what: totals of months or weeks that differ from the intervals they were made of
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: spreading and grouping must neither lose nor invent a download, in either attribution
with truth as (
    select 'all models' as of_models, coalesce(sum(new_downloads), 0) as new_downloads from _intervals
    union all
    select 'models listed', coalesce(sum(new_downloads), 0) from core_download_intervals
),

totals as (
    select 'core_weekly_model_downloads' as table_name, '-' as attribution, 'models listed' as of_models,
        coalesce(sum(new_downloads), 0) as new_downloads
    from core_weekly_model_downloads
    union all
    select 'out_monthly_downloads', sides.attribution, 'all models', coalesce(sum(new_downloads), 0)
    from (values ('publisher'), ('origin')) as sides (attribution)
    left join out_monthly_downloads using (attribution)
    group by sides.attribution
    union all
    select 'out_weekly_downloads', sides.attribution, 'all models', coalesce(sum(new_downloads), 0)
    from (values ('publisher'), ('origin')) as sides (attribution)
    left join out_weekly_downloads using (attribution)
    group by sides.attribution
    union all
    select 'out_licence_share', 'publisher', 'all models', coalesce(sum(new_downloads), 0) from out_licence_share
),

final as (
    select totals.*, truth.new_downloads as in_intervals
    from totals
    inner join truth on totals.of_models = truth.of_models and totals.new_downloads <> truth.new_downloads
)

select * from final
