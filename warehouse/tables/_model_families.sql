-- The family of an official repository, by the registry's pattern. Joined on the organisation first: patterns are tried
-- only on the models of the family's own accounts.
with patterns as (
    select family_id, hub_id_pattern, unnest(organisation_ids) as organisation_id from registry_families
),

final as (
    select _numbers.model_number, min(patterns.family_id) as family_id
    from _numbers
    inner join patterns on split_part(_numbers.model_id, '/', 1) = patterns.organisation_id
    where regexp_matches(_numbers.model_id, patterns.hub_id_pattern)
    group by _numbers.model_number
)

select * from final
