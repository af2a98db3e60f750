-- Counter events that only one of the two releases knows, or that they treat differently, with the regions of the model.
with paired as (
    select
        coalesce(new.model_id, old.model_id) as model_id,
        coalesce(new.kind, old.kind) as kind,
        coalesce(new.on_day, old.on_day) as on_day,
        coalesce(new.from_on, old.from_on) as from_on,
        coalesce(new.size, old.size) as size,
        old.treatment as treated_before,
        new.treatment as treated_now
    from before.core_counter_events as old
    full join core_counter_events as new using (model_id, on_day, kind)
    where old.treatment is distinct from new.treatment or old.counted is distinct from new.counted
),

final as (
    select
        paired.*,
        list_distinct([coalesce(own.region, 'Unattributed'), coalesce(models.origin_region, 'Unattributed')]) as regions
    from paired
    left join core_models as models using (model_id)
    left join core_organisations as own on split_part(paired.model_id, '/', 1) = own.organisation_id
)

select * from final
