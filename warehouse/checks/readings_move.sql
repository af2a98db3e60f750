-- what: readings of a source in which no download counter differs from the reading before
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: the history repeats an older state under a new date now and then; its week then shows no downloads
with days as (
    select
        source_id,
        observed_on,
        bit_xor(hash(model_id, downloads_30d, downloads_all_time)) as counters
    from core_model_observations
    group by source_id, observed_on
),

compared as (
    select *, lag(counters) over (partition by source_id order by observed_on) as counters_before from days
),

final as (
    select source_id, observed_on from compared where counters = counters_before
)

select * from final
