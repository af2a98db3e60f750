-- Accounts that a source speaks for no longer: it was read again, and had no model of theirs. Whether they are empty or
-- have moved, their counters stand still only because nobody reads them.
with covered as (
    select source_id, observed_on, account from input_covered_accounts
),

last_days as (
    select account, max(observed_on) as last_on, arg_max(source_id, observed_on) as source_id from covered group by account
),

next_readings as (
    select last_days.account, last_days.last_on, min(later.observed_on) as ended_on
    from last_days
    inner join _coverage as later on last_days.source_id = later.source_id and later.observed_on > last_days.last_on
    group by last_days.account, last_days.last_on
),

final as (
    select account, last_on, ended_on
    from next_readings
    where last_on > (select coalesce(max(observed_on), date '0001-01-01') from _coverage where scope = 'hub')
)

select * from final
