-- The releases on record that were compared with the one before them, newest first.
with final as (
    select * from meta_comparisons order by built_at desc, published_in desc
)

select * from final
