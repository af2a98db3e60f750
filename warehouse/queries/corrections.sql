-- Known errors of the sources, those first that are no longer as the registry says.
with final as (
    select * from meta_corrections order by status = 'applied', subject, field
)

select * from final
