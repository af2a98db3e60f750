-- what: months in which flagged counts are more than a tenth of all downloads
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: so many doubtful counters make the month's share doubtful; the pages mark them
with final as (
    select month_start, sum(flagged_downloads) as flagged_downloads, sum(new_downloads) as new_downloads
    from out_monthly_downloads
    where attribution = 'publisher'
    group by month_start
    having sum(flagged_downloads) > 0.1 * sum(new_downloads)
)

select * from final
