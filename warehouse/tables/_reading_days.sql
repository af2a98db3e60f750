-- Days on which a Hub source was read, with the day it was read before. The first day of a source looks to the other one:
-- to a day more than a week ago, since a weekly partition holds the state of the end of its week.
with days as (
    select distinct source_id, observed_on from _readings
),

before as (
    select
        days.source_id,
        days.observed_on,
        max(other.observed_on) filter (where other.source_id = days.source_id) as same_source_on,
        max(other.observed_on) filter (where other.observed_on < days.observed_on - 6) as other_source_on
    from days
    inner join days as other on days.observed_on > other.observed_on
    group by days.source_id, days.observed_on
),

final as (
    select source_id, observed_on, coalesce(same_source_on, other_source_on) as previous_reading_on from before
)

select * from final
