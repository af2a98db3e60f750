-- Counters of busy models that stood still for 21 days or more. A standstill begins with the reading that brought the count,
-- and lasts until the last reading that still found it.
with runs as (
    select *, sum((gained is distinct from 0)::int) over (partition by model_number order by observed_on) as run_number
    from _suspect_series
),

final as (
    select
        model_number,
        min(observed_on) as from_on,
        max(until_on) as to_on,
        arg_max(downloads_30d, observed_on) as downloads_30d
    from runs
    group by model_number, run_number
    having max(until_on) - min(observed_on) >= 21 and arg_max(downloads_30d, observed_on) > 1000
)

select * from final
