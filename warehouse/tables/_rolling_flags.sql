-- What stands out among 30-day windows. A tenfold leap that is no spike, because there is too little history to hold it
-- against, and a return to a tenth have the words jump and fall.
with judged as (
    select
        windows.model_number,
        windows.to_on,
        case
            when spikes.to_on is not null then 'spike'
            when windows.downloads_30d >= 1000000 and windows.downloads_30d >= 10 * windows.previous_30d
                and coalesce(windows.likes < windows.likes_before + 3, true) then 'jump'
            when windows.previous_30d >= 1000000 and windows.downloads_30d <= windows.previous_30d / 10.0 then 'fall'
        end as flag
    from _large_windows as windows
    left join _spikes as spikes
        on windows.model_number = spikes.model_number and windows.to_on = spikes.to_on and spikes.method = 'rolling_window'
),

final as (
    select * from judged where flag is not null
)

select * from final
