-- This comparison, and those of the releases before, the newest $releases_kept of them.
insert into meta_comparisons by name
with this_one as (
    select
        now.release_id as published_in,
        now.built_at,
        earlier.release_id as compared_with,
        earlier.built_at as compared_built_at,
        (select count(*) from before.meta_figures) as figures,
        (select count(*) from revised_figures) as revised,
        (select count(*) from meta_revisions) as listed,
        $ignored as ignored
    from meta_release as now
    cross join before.meta_release as earlier
),

final as (
    from this_one
    union all by name
    (
        select earlier.*
        from before.meta_comparisons as earlier
        anti join this_one using (published_in)  -- a release that was taken away within its minute gave its name on
        order by earlier.built_at desc
        limit $releases_kept - 1
    )
    order by built_at desc
)

select * from final
