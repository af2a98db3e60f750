-- Figures that the release before published and this one says otherwise, adds to a published period, or says no more.
-- Parameters, what is ignored as rounding: downloads_part (of the number before), share (0 to 1), score (points of the board).
insert into revised_figures by name
with paired as (
    select
        what,
        definition,
        period,
        period_start,
        group_name,
        old.value as value_before,
        new.value as value_after,
        coalesce(new.value, 0) - coalesce(old.value, 0) as difference
    from before.meta_figures as old
    full join meta_figures as new using (what, definition, period, period_start, group_name)
),

-- A period that was not published before is news, no revision.
published as (
    select what, definition, period, period_start, sum(value) as whole
    from before.meta_figures
    group by all
),

final as (
    select
        what,
        definition,
        period,
        period_start,
        case period
            when 'month' then last_day(period_start)
            when 'week' then period_start + 6
            else period_start
        end as period_end,
        group_name,
        value_before,
        value_after,
        -- Comparable between figures: points of the whole, for a score the part of the score before.
        case what
            when 'new_downloads' then abs(difference) / nullif(whole, 0)
            when 'best_score' then abs(difference) / nullif(abs(value_before), 0)
            else abs(difference)
        end as size,
        case
            when what = 'download_share' and contains(definition, 'regions=all') then []
            when what = 'download_share' then ['China', 'United States']
            when starts_with(group_name, 'all') or group_name in ('open', 'closed') then []
            else [split_part(group_name, ': ', 1)]
        end as regions
    from paired
    inner join published using (what, definition, period, period_start)
    -- A group without a figure has none of it: nothing beside nought is no revision. A score is never nought.
    where (what = 'best_score' and (value_before is null) <> (value_after is null))
        or abs(difference) >= case what
            when 'new_downloads' then greatest(1, $downloads_part * coalesce(value_before, 0))
            when 'best_score' then $score
            else $share
        end
)

select * from final
