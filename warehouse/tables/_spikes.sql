-- Intervals and 30-day windows in which a model was downloaded far more than in the half year before and after, while its
-- likes went on as usual. What is far: four times the median of its other rates and eight times their usual spread (the
-- median of the distances from it), by 100,000 downloads in a week (in days in proportion) or 1,000,000 in a 30-day window.
-- A launch or a success brings likes: with four times the downloads at least twice the usual likes (the square root), and
-- three more. Nothing is a spike in the first 60 days after the model's creation, in the count that makes up for a
-- standstill, or with too little else to hold it against.
with large as (
    select model_number from _suspect_series where gained >= 100000 * least(1, (observed_on - from_on) / 7)
),

rates as (
    select
        series.model_number,
        'all_time_difference' as method,
        series.from_on,
        series.observed_on as to_on,
        series.gained as new_downloads,
        series.gained / (series.observed_on - series.from_on) as rate,
        (series.likes - series.likes_before) / (series.observed_on - series.from_on) as liking,
        100000 * least(1, (series.observed_on - series.from_on) / 7) as floor,
        6 as needed
    from _suspect_series as series
    semi join large on series.model_number = large.model_number
    anti join _stalls as stalls on series.model_number = stalls.model_number and series.from_on = stalls.to_on
    where series.gained > 0 and not series.is_leap
    union all
    select
        model_number,
        'rolling_window',
        to_on - 30,
        to_on,
        downloads_30d,
        downloads_30d / 30.0,
        (likes - likes_before) / (to_on - previous_on),
        1000000,
        2
    from _large_windows
),

-- Each against the others of the same model and counter, half a year around.
compared as (
    select
        *,
        count(*) over around as others,
        median(rate) over around as usual_rate,
        mad(rate) over around as spread,
        median(liking) over around as usual_liking
    from rates
    window around as (
        partition by model_number, method
        order by to_on range between interval 182 days preceding and interval 182 days following exclude current row
    )
),

outstanding as (
    select compared.*
    from compared
    left join _latest_metadata as metadata using (model_number)
    where others >= needed
        and rate >= 4 * usual_rate
        and rate >= usual_rate + 8 * spread
        and (rate - usual_rate) * (to_on - from_on) >= floor
        and coalesce(liking * (to_on - from_on) < sqrt(rate / usual_rate) * usual_liking * (to_on - from_on) + 3, true)
        and coalesce(metadata.stated_created_at::date + 60 < to_on, true)
),

final as (
    select model_number, method, from_on, to_on, new_downloads, usual_rate, rate / nullif(usual_rate, 0) as times_usual
    from outstanding
)

select * from final
