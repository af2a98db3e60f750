-- 30-day counters without an all-time count beside them: each stands until it changes, on every day that covers its account;
-- at the first all-time count of the model they end. Where two sources have a day, the one that asked the Hub itself counts.
with series as (
    select
        *,
        coalesce(lead(observed_on) over series_of_model, date '9999-12-31') as changed_on
    from _changes
    where downloads_all_time is null
        or delta is null
        or model_number in (select model_number from _suspects)
    window series_of_model as (partition by model_number order by observed_on, source_id)
),

final as (
    select model_number, observed_on, changed_on, downloads_30d, likes
    from series
    where downloads_all_time is null and downloads_30d is not null and changed_on > observed_on
)

select * from final
