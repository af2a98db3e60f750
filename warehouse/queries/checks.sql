-- Checks of this release, the failed ones first.
with final as (
    select * from meta_checks order by passed, severity, check_id
)

select * from final
