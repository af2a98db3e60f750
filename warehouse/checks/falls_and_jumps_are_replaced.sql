-- what: counters that fell or leapt and still count with their difference
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: a recount of millions would pass for adoption; only the rolling window may stand in for it
with final as (
    select model_id, from_on, to_on, new_downloads, method, flag
    from core_download_intervals
    where flag in ('counter_fall', 'counter_jump') and method = 'all_time_difference' and new_downloads is not null
    union all
    -- Those of models that a release does not list.
    select model_id, from_on, to_on, new_downloads, method, flag
    from _judged
    inner join _numbers using (model_number)
    where flag in ('counter_fall', 'counter_jump') and method = 'all_time_difference' and new_downloads is not null
        or new_downloads < 0
)

select * from final
