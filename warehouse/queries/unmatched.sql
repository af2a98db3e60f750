-- Names that could not be mapped, the heaviest first; `weight` is 30-day downloads or rows of a board, by kind.
with final as (
    select
        kind,
        name,
        source_id,
        occurrences,
        weight,
        weight / nullif(sum(weight) over (partition by kind), 0) as share_of_kind
    from meta_unmatched
    order by kind, weight desc, name
)

select * from final
