-- New downloads of a model in the days after from_on up to and with to_on: the one place where counters become counts.
with final as (
    select model_id, to_on, from_on, new_downloads, method, flag from _all_time_intervals
    union all by name
    select model_id, to_on, from_on, new_downloads, method, flag from _rolling_intervals
)

select * from final
