-- what: licences that the OSI has approved and that are not called open
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: the class may have been decided for a reason; somebody should look
with final as (
    select licence_id, licence_class, spdx_id
    from core_licences
    where is_osi_approved and licence_class <> 'open'
)

select * from final
