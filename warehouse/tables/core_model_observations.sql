-- Every counter of a model as read from a source on a day. Two sources on one day are two rows: never add them up.
-- The lake keeps changes: between two of them the model was read with the same counters on every day that covers its account.
with spans as (
    select
        models.model_id,
        changes.source_id,
        changes.downloads_30d,
        changes.downloads_all_time,
        changes.likes,
        days.reading_number as first_reading,
        lead(days.reading_number) over (
            partition by changes.model_number, changes.source_id order by changes.observed_on
        ) as next_reading
    from lake_model_changes as changes
    inner join _detailed as models using (model_number)
    inner join _coverage as days using (source_id, observed_on)
),

read_days as (
    select
        spans.*,
        unnest(range(first_reading, coalesce(next_reading, last_reading + 1))) as reading_number
    from spans
    inner join (select source_id, max(reading_number) as last_reading from _coverage group by source_id) as ends
        using (source_id)
    where downloads_30d is not null or downloads_all_time is not null
),

final as (
    select
        read_days.model_id,
        days.observed_on,
        read_days.source_id,
        read_days.downloads_30d,
        read_days.downloads_all_time,
        read_days.likes
    from read_days
    inner join _coverage as days using (source_id, reading_number)
    left join input_covered_accounts as covered
        on days.source_id = covered.source_id
        and days.observed_on = covered.observed_on
        and split_part(read_days.model_id, '/', 1) = covered.account
    where days.scope = 'hub' or covered.account is not null
)

select * from final
