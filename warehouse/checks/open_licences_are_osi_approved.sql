-- what: licences called open that the OSI has not approved
-- severity: error
-- limit: 0
-- since: 2026-11-24
-- why: open is the one word of this site that has a legal meaning; SPDX carries the OSI's list
with spdx as (
    select spdx_id, bool_or(is_osi_approved) as is_osi_approved from lake_spdx_licences group by spdx_id
),

final as (
    select licence_id, licences.spdx_id, licences.is_osi_approved, spdx.is_osi_approved as is_osi_approved_by_spdx
    from core_licences as licences
    left join spdx using (spdx_id)
    where licence_class = 'open' and (not licences.is_osi_approved or spdx.is_osi_approved is false)
)

select * from final
