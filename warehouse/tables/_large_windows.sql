-- The 30-day windows that count, of the models that ever had a million downloads in one: a spike is looked for there.
with large as (
    select model_number from _chosen_windows where downloads_30d >= 1000000
),

final as (
    select
        windows.*,
        lag(downloads_30d) over series as previous_30d,
        lag(likes) over series as likes_before
    from _chosen_windows as windows
    semi join large using (model_number)
    window series as (partition by model_number order by to_on)
)

select * from final
