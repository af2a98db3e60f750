-- Repositories that changed their name: one name gone, then another one with its history. Two kinds of evidence:
-- the Hub keeps the creation time, to the millisecond (times at midnight come from files that know only the day, and prove
-- nothing), with the same organisation or the same name after the slash; or the new name begins with the old one's counter,
-- within 1 %, and its likes. Anything less clear, and any choice between two, is no rename.
with gone as (
    select _vanished.*, _numbers.model_id, metadata.stated_created_at as created_at
    from _vanished
    inner join _numbers using (model_number)
    left join _latest_metadata as metadata using (model_number)
    where not came_back
),

first_seen as (
    select model_number, observed_on, downloads_30d, downloads_all_time, likes from _changes where from_on is null
),

same_time as (
    select gone.model_number as older_number, newer.model_number as newer_number, newer.observed_on
    from gone
    inner join _latest_metadata as metadata on gone.created_at = metadata.stated_created_at
    inner join first_seen as newer on metadata.model_number = newer.model_number
    where gone.created_at <> date_trunc('day', gone.created_at)
        and gone.created_at::date <> date '2022-03-02'
        and gone.created_at::date < newer.observed_on
        and gone.last_on < newer.observed_on
        and (
            split_part(gone.model_id, '/', 1) = split_part(metadata.model_id, '/', 1)
            or split_part(gone.model_id, '/', 2) = split_part(metadata.model_id, '/', 2)
        )
),

-- The counter goes on counting between the two readings: 1 % is allowed around what it had to reach.
same_counter as (
    select gone.model_number as older_number, newer.model_number as newer_number, newer.observed_on
    from gone
    inner join first_seen as newer on gone.gone_on = newer.observed_on
    where gone.downloads_all_time >= 10000
        and newer.downloads_all_time >= gone.downloads_all_time * 0.99
        and newer.downloads_all_time
            <= (gone.downloads_all_time + coalesce(gone.downloads_30d, 0) * (gone.gone_on - gone.last_on) / 30.0) * 1.01
        and abs(newer.likes - gone.likes) <= 2 + gone.likes / 100.0
),

pairs as (
    from same_time union from same_counter
),

final as (
    select newer_number as model_number, older_number as renamed_from_number, observed_on
    from pairs
    qualify count(*) over (partition by older_number) = 1 and count(*) over (partition by newer_number) = 1
)

select * from final
