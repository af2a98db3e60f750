-- First and last day on which a model was read. Without a later change it was there on the last day that covers its account.
with changes as (
    select
        model_number,
        source_id,
        min(observed_on) as first_on,
        max(observed_on) as changed_on,
        arg_max(downloads_30d is null and downloads_all_time is null, observed_on) as is_gone,
        arg_max(from_on, observed_on) as before_on
    from lake_model_changes
    group by model_number, source_id
),

whole_days as (
    select source_id, max(observed_on) as last_on from _coverage where scope = 'hub' group by source_id
),

account_days as (
    select source_id, account, max(observed_on) as last_on from input_covered_accounts group by source_id, account
),

final as (
    select
        changes.model_number,
        min(changes.first_on) as first_observed_on,
        max(
            if(changes.is_gone, changes.before_on, greatest(changes.changed_on, account_days.last_on, whole_days.last_on))
        ) as last_observed_on
    from changes
    inner join _numbers using (model_number)
    left join whole_days on changes.source_id = whole_days.source_id
    left join account_days
        on changes.source_id = account_days.source_id and split_part(_numbers.model_id, '/', 1) = account_days.account
    group by changes.model_number
)

select * from final
