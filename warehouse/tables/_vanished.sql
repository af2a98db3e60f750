-- Models that are gone, with the counters that they had last: their account was read and they were not there any more, or
-- (`with_account`) the account has no model left that could be read.
with known_accounts as (
    select _numbers.model_number, ends.last_on, ends.ended_on
    from _numbers
    inner join _account_ends as ends on split_part(_numbers.model_id, '/', 1) = ends.account
),

gone as (
    select model_number, observed_on as gone_on, from_on as last_on, false as with_account
    from _changes
    where downloads_30d is null and downloads_all_time is null and likes is null
    union all
    select model_number, ended_on, last_on, true from known_accounts
),

changes as (
    select model_number, observed_on, downloads_30d, downloads_all_time, likes,
        downloads_30d is not null or downloads_all_time is not null or likes is not null as is_there
    from _changes
    semi join gone using (model_number)
),

newest as (
    select model_number, max(observed_on) as newest_on, arg_max(is_there, observed_on) as was_there
    from changes
    group by model_number
),

final as (
    select
        gone.*,
        known.downloads_30d,
        known.downloads_all_time,
        known.likes,
        newest.newest_on > gone.gone_on and newest.was_there as came_back
    from gone
    inner join newest using (model_number)
    asof inner join (from changes where is_there) as known
        on gone.model_number = known.model_number and gone.gone_on > known.observed_on
    where not gone.with_account or newest.was_there
)

select * from final
