-- How the origins of models were found, the commonest way first.
with final as (
    select * from out_lineage order by models desc, lineage_method
)

select * from final
