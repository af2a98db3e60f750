-- What the 30-day counters say where there is no all-time count. Their values stay: nobody can say that they are wrong; what
-- stands out is marked.
with uncovered as (
    -- An all-time interval may bridge a day that has no all-time count.
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
        flags.flag
    from uncovered
    left join _rolling_flags as flags using (model_number, to_on)
)

select * from final
