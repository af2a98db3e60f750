-- What a reading says of a model's facts that was not known: at first sight, and where any of them differs.
-- Tables: described (model_number, facts, facts_hash), last_known.
with final as (
    select described.* exclude (facts_hash)
    from described
    left join last_known using (model_number)
    where described.facts_hash is distinct from last_known.facts_hash
)

select * from final order by model_number
