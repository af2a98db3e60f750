-- What a reading says of counters that was not known: at first sight, where one differs, and where a model is gone (all null).
-- Parameters: observed_on, source_id, is_whole (the reading covers every account). Tables: observed, last_known, accounts, numbers.
with seen as (
    select
        observed.model_number,
        observed.downloads_30d,
        observed.downloads_all_time,
        observed.likes,
        observed.downloads_all_time - last_known.downloads_all_time as delta,
        last_known.last_on as from_on
    from observed
    left join last_known using (model_number)
    where last_known.last_on is null
        or last_known.is_gone
        or (observed.downloads_30d, observed.downloads_all_time, observed.likes)
        is distinct from (last_known.downloads_30d, last_known.downloads_all_time, last_known.likes)
),

missing as (
    select last_known.model_number, last_known.last_on
    from last_known
    anti join observed using (model_number)
    where last_known.last_on is not null and not last_known.is_gone
),

gone as (
    select missing.model_number, null as downloads_30d, null as downloads_all_time, null as likes, null as delta, missing.last_on
    from missing
    where $is_whole
    union all
    select missing.model_number, null, null, null, null, missing.last_on
    from missing
    inner join numbers using (model_number)
    semi join accounts on split_part(numbers.model_id, '/', 1) = accounts.account
    where not $is_whole
),

final as (
    select
        model_number,
        $observed_on::date as observed_on,
        $source_id::varchar as source_id,
        downloads_30d,
        downloads_all_time,
        likes,
        delta,
        from_on
    from (from seen union all from gone) as both_kinds
)

select * from final order by model_number
