-- Every combination of properties that some model has, as one number: periods are counted by cell, never by model.
with combinations as (
    select distinct * exclude (model_number) from _model_dimensions
),

final as (
    select
        row_number() over (
            order by publisher_region, publisher_organisation_id, publisher_family_id, origin_region, origin_organisation_id,
                origin_family_id, is_language, is_mainline, is_large, panel, licence_class
        )::integer as cell,
        *
    from combinations
)

select * from final
