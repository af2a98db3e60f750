-- The release about itself.
with final as (
    select release_id, built_at, code_version, is_simulated, scope from input_release
)

select * from final
