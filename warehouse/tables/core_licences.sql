-- Licences with their class and the duties that follow from it; `reason` says why the class was given.
with final as (
    select
        licence_id,
        name,
        licence_class,
        spdx_id,
        is_osi_approved,
        allows_commercial_use,
        commercial_threshold,
        naming_duty,
        use_restrictions,
        regional_exclusions,
        output_training_limits,
        text_url,
        evidence,
        reason,
        confidence
    from registry_licences
)

select * from final
