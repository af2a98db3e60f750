-- Months that have downloads, the first to the last.
with final as (
    select distinct month_start from out_monthly_downloads order by month_start
)

select * from final
