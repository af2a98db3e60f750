-- Repositories that changed their name. The Hub keeps the creation time, to the millisecond: the same time, one name gone
-- before the other appeared, the same organisation or the same name after the slash. Anything less clear is no rename.
-- Times at midnight come from files that know only the day, so they prove nothing.
with dated as (
    select model_id, created_at, first_observed_on, last_observed_on,
        split_part(model_id, '/', 1) as organisation_id, split_part(model_id, '/', 2) as short_name
    from _latest_metadata
    inner join _observed_span using (model_id)
    where created_at is not null and created_at <> date_trunc('day', created_at) and created_at::date <> date '2022-03-02'
),

pairs as (
    select older.model_id as older_id, newer.model_id as newer_id
    from dated as older
    inner join dated as newer
        on older.created_at = newer.created_at
        and older.last_observed_on < newer.first_observed_on
        and newer.created_at::date < newer.first_observed_on
        and (older.organisation_id = newer.organisation_id or older.short_name = newer.short_name)
),

final as (
    select newer_id as model_id, older_id as renamed_from
    from pairs
    qualify count(*) over (partition by older_id) = 1 and count(*) over (partition by newer_id) = 1
)

select * from final
