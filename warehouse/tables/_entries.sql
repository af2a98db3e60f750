-- Accounts that enter the data late, with models that had been downloaded for long: from one reading to the next a sum grows
-- by what was always there. Only entries of a million downloads in 30 days or more are told.
with first_days as (
    select source_id, min(observed_on) as first_on from _coverage group by source_id
),

-- Models seen for the first time though they are older than the reading before, and large enough to matter.
late as (
    select
        changes.model_number,
        changes.source_id,
        changes.observed_on,
        days.previous_reading_on,
        changes.downloads_30d,
        split_part(_numbers.model_id, '/', 1) as account
    from _changes as changes
    inner join first_days using (source_id)
    inner join _reading_days as days using (source_id, observed_on)
    inner join _numbers using (model_number)
    left join _latest_metadata as metadata using (model_number)
    anti join _renames on changes.model_number = _renames.model_number
    where changes.from_on is null
        and changes.observed_on > first_days.first_on
        and changes.downloads_30d >= 1000
        and coalesce(metadata.stated_created_at::date < days.previous_reading_on, true)
),

large as (
    select
        account,
        source_id,
        observed_on,
        previous_reading_on,
        count(*) as models,
        sum(downloads_30d)::bigint as downloads_30d,
        arg_max(model_number, downloads_30d) as largest_number,
        max(downloads_30d) as largest_30d
    from late
    group by account, source_id, observed_on, previous_reading_on
    having sum(downloads_30d) >= 1000000
),

-- The account as a whole is new: none of its models was read before.
first_sights as (
    select split_part(_numbers.model_id, '/', 1) as account, min(spans.first_observed_on) as first_on
    from _observed_span as spans
    inner join _numbers using (model_number)
    where split_part(_numbers.model_id, '/', 1) in (select account from large)
    group by all
),

final as (
    select
        large.account,
        large.observed_on as on_day,
        large.previous_reading_on as from_on,
        large.downloads_30d as size,
        format(
            'The account was read for the first time, with {:,} downloads in 30 days of models that are older ({:,} of them {:s}).',
            large.downloads_30d, large.largest_30d, _numbers.model_id
        ) as reason
    from large
    inner join first_sights on large.account = first_sights.account and large.observed_on = first_sights.first_on
    inner join _numbers on large.largest_number = _numbers.model_number
    -- Two sources may read on the same day: the one that saw more tells it.
    qualify row_number() over (partition by large.account, large.observed_on order by large.downloads_30d desc, source_id) = 1
)

select * from final
