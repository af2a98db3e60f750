-- The names that models give for their bases, each with the model it stands for. The Hub does not tell upper from lower case.
-- A repository that moved is found under its new name: the Hub forwards the old one. What nobody has read (deleted, or of an
-- account that is not followed) gets a negative number, so that chains can still end there.
with named as (
    select lower(base_id) as folded_id, min(base_id) as base_id
    from (select unnest(base_model_ids) as base_id from _latest_metadata) as stated
    group by all
),

accounts as (
    select
        lower(organisation_id) as folded_account,
        min(organisation_id) as organisation_id,
        min(coalesce(parent_organisation_id, organisation_id)) as main_id
    from registry_organisations
    group by all
),

-- The same repository in another account of the same organisation: THUDM became zai-org.
moved as (
    select named.folded_id, others.folded_account || '/' || split_part(named.folded_id, '/', 2) as folded_name
    from named
    inner join accounts on split_part(named.folded_id, '/', 1) = accounts.folded_account
    inner join accounts as others on accounts.main_id = others.main_id and accounts.folded_account <> others.folded_account
),

known as (
    select lower(model_id) as folded_name, arg_min(model_number, model_id) as model_number
    from _numbers
    where lower(model_id) in (select folded_id from named union all select folded_name from moved)
    group by all
),

moved_to as (
    select moved.folded_id, min(known.model_number) as model_number
    from moved
    inner join known using (folded_name)
    group by all
),

renamed_to as (
    select renamed_from_number as model_number, arg_max(model_number, observed_on) as new_number from _renames group by all
),

found as (
    select
        named.folded_id,
        named.base_id,
        coalesce(renamed_to.new_number, known.model_number, moved_to.model_number) as model_number,
        renamed_to.new_number is not null or (known.model_number is null and moved_to.model_number is not null) as is_renamed
    from named
    left join known on named.folded_id = known.folded_name
    left join moved_to on named.folded_id = moved_to.folded_id
    left join renamed_to on known.model_number = renamed_to.model_number
),

final as (
    select
        found.folded_id,
        coalesce(found.model_number, -row_number() over (order by found.folded_id))::integer as base_number,
        -- An account of the registry is spelled as there, whatever the tag wrote.
        coalesce(accounts.organisation_id || substr(found.base_id, length(accounts.organisation_id) + 1), found.base_id)
            as base_id,
        found.is_renamed
    from found
    left join accounts on split_part(found.folded_id, '/', 1) = accounts.folded_account and contains(found.folded_id, '/')
)

select * from final
