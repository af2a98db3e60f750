-- Days on which a Hub source was read, with the day it was read before. The first day of a source looks to the other one:
-- to a day more than a week ago, since a weekly partition holds the state of the end of its week.
with final as (
    select
        days.source_id,
        days.observed_on,
        coalesce(any_value(days.previous_on), max(other.observed_on) filter (where other.observed_on < days.observed_on - 6))
            as previous_reading_on
    from _coverage as days
    left join _coverage as other on days.source_id <> other.source_id
    group by days.source_id, days.observed_on
)

select * from final
