-- What a reading says of a model's facts that was not known: at first sight, and where any of them differs.
-- Tables: facts, numbers, described (model_number, facts_hash), last_known.
with news as (
    select described.model_number
    from described
    left join last_known using (model_number)
    where described.facts_hash is distinct from last_known.facts_hash
),

named as (
    select news.model_number, numbers.model_id from news inner join numbers using (model_number)
),

final as (
    select named.model_number, facts.* exclude (model_id) from facts inner join named using (model_id)
)

select * from final order by model_number
