-- Every counter of a model as read from a source on a day. Two sources on one day are two rows: never add them up.
with final as (
    select
        model_id,
        observed_on,
        source_id,
        downloads_30d,
        downloads_all_time,
        likes
    from lake_model_observations
)

select * from final
