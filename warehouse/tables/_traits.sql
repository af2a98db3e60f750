-- The cell of each model.
with final as (
    select models.model_number, cells.cell
    from _model_dimensions as models
    inner join _cells as cells using (
        is_language, is_mainline, is_large, panel, publisher_region, publisher_organisation_id, publisher_family_id, origin_region,
        origin_organisation_id, origin_family_id, licence_class
    )
)

select * from final
