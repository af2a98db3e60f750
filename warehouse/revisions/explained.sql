-- The revised figures with the causes that can have touched them: shares of downloads first, weeks last, the largest
-- first, at most $listed of them.
insert into meta_revisions by name
with ranked as (
    select
        *,
        row_number() over (
            order by
                period = 'week',
                list_position(['download_share', 'new_downloads', 'licence_share', 'best_score'], what),
                coalesce(size, 0) desc,
                definition,
                period_start,
                group_name
        ) as place
    from revised_figures
),

matched as (
    select ranked.place, causes.kind, causes.detail, causes.weight
    from ranked
    inner join causes
        on (len(causes.whats) = 0 or list_contains(causes.whats, ranked.what))
        and (len(causes.regions) = 0 or len(ranked.regions) = 0 or list_has_any(causes.regions, ranked.regions))
        and (causes.first_day is null or causes.first_day <= ranked.period_end)
        and (causes.last_day is null or causes.last_day >= ranked.period_start)
        and (
            len(causes.definitions) = 0
            or len(list_filter(causes.definitions, lambda part: contains(ranked.definition, part))) > 0
        )
    where ranked.place <= $listed
),

by_kind as (
    select
        place,
        kind,
        list_position($kinds, kind) as kind_place,
        list(detail order by weight desc, detail)[:$named] as named,
        count(*) - $named as unnamed
    from matched
    group by place, kind
),

said as (
    select
        place,
        string_agg(kind, ',' order by kind_place) as reason_kinds,
        string_agg(
            $leads[kind_place] || array_to_string(named, '; ') || if(unnamed > 0, format('; and {:,} more', unnamed), '') || '.', ' '
            order by kind_place
        ) as reason
    from by_kind
    group by place
),

final as (
    select
        $published_in as published_in,
        what,
        definition,
        period,
        period_start,
        group_name,
        value_before,
        value_after,
        value_after - value_before as difference,
        size,
        coalesce(reason_kinds, 'unexplained') as reason_kinds,
        coalesce(reason, $unexplained) as reason
    from ranked
    left join said using (place)
    where place <= $listed
    order by place
)

select * from final
