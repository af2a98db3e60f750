-- What the 30-day counters say where there is no all-time count. Their values stay: nobody can say that they are wrong; what
-- stands out is marked. A leap without a history to hold it against, or back to it, has the words jump and fall.
with marked as (
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

-- An all-time interval may bridge a day that has no all-time count.
uncovered as (
    select windows.*
    from _chosen_windows as windows
    anti join _judged as counted
        on windows.model_number = counted.model_number
        and windows.to_on > counted.from_on and windows.to_on <= counted.to_on
),

final as (
    select
        uncovered.model_number,
        uncovered.to_on - 30 as from_on,
        uncovered.to_on,
        uncovered.downloads_30d as new_downloads,
        'rolling_window' as method,
        marked.flag
    from uncovered
    left join marked using (model_number, to_on)
    where uncovered.downloads_30d > 0 or marked.flag is not null
)

select * from final
