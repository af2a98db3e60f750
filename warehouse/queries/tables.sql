-- The tables of this release with their size.
with final as (
    select table_name as name, estimated_size as rows, column_count as columns
    from duckdb_tables()
    where not temporary and not internal and not starts_with(table_name, '_')
    order by table_name
)

select * from final
