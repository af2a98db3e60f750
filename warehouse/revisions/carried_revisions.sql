-- The revisions of the releases before go on, those of the newest releases first, as far as there is room for $kept.
insert into meta_revisions by name
with room as (
    select published_in, sum(listed) over (order by built_at desc) as listed_so_far
    from meta_comparisons
),

final as (
    select earlier.*
    from before.meta_revisions as earlier
    inner join room using (published_in)
    anti join meta_release on earlier.published_in = meta_release.release_id
    where listed_so_far <= $kept
)

select * from final
