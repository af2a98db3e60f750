-- what: download counts below zero or beyond what the Hub can serve
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a counter beyond 10^12 is a broken field, a negative one was not flagged as a fall
with final as (
    select 'core_model_observations' as table_name, model_id, observed_on as day, downloads_30d, downloads_all_time
    from core_model_observations
    where downloads_30d not between 0 and 1000000000000 or downloads_all_time not between 0 and 1000000000000
        or likes not between 0 and 1000000000
    union all
    select 'core_download_intervals', model_id, to_on, new_downloads, null
    from core_download_intervals
    where new_downloads not between 0 and 1000000000000 or from_on >= to_on
    union all
    select 'core_weekly_model_downloads', model_id, week_start, new_downloads, null
    from core_weekly_model_downloads
    where new_downloads not between 0 and 1000000000000 or isodow(week_start) <> 1
    union all
    select 'out_monthly_downloads', organisation_id, month_start, new_downloads, flagged_downloads
    from out_monthly_downloads
    where new_downloads < 0 or flagged_downloads not between 0 and new_downloads or models < 1
        or marked_downloads not between 0 and flagged_downloads or squared_downloads < new_downloads
    union all
    select 'out_weekly_downloads', organisation_id, week_start, new_downloads, flagged_downloads
    from out_weekly_downloads
    where new_downloads < 0 or flagged_downloads not between 0 and new_downloads or models < 1
        or marked_downloads not between 0 and flagged_downloads or squared_downloads < new_downloads
)

select * from final
