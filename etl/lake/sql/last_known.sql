-- The last known values of every model of a source, from all its changes before a day: what a new reading is compared with.
-- A model that was there and has not gone is as it was on the last day whose reading covered its account.
-- Parameters: source_id. Tables: earlier_changes, earlier_facts, numbers, covered (observed_on, account; null: every account).
with counters as (
    select
        model_number,
        arg_max(
            struct_pack(downloads_30d, downloads_all_time, likes), observed_on
        ) filter (where downloads_30d is not null or downloads_all_time is not null) as known,
        arg_max(downloads_30d is null and downloads_all_time is null, observed_on) as is_gone,
        arg_max(from_on, observed_on) as from_on,
        max(observed_on) as changed_on
    from earlier_changes
    group by model_number
),

facts as (
    select model_number, arg_max(facts_hash, observed_on) as facts_hash from earlier_facts group by model_number
),

whole_days as (
    select max(observed_on) as observed_on from covered where account is null
),

account_days as (
    select account, max(observed_on) as observed_on from covered where account is not null group by account
),

final as (
    select
        numbers.model_number,
        counters.known.downloads_30d as downloads_30d,
        counters.known.downloads_all_time as downloads_all_time,
        counters.known.likes as likes,
        case
            when counters.is_gone then counters.from_on
            else greatest(counters.changed_on, account_days.observed_on, whole_days.observed_on)
        end as last_on,
        counters.is_gone,
        facts.facts_hash
    from numbers
    left join counters using (model_number)
    left join facts using (model_number)
    cross join whole_days
    left join account_days on split_part(numbers.model_id, '/', 1) = account_days.account and counters.changed_on is not null
    where counters.changed_on is not null or facts.facts_hash is not null
)

select * from final
