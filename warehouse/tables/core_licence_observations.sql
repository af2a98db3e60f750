-- The licence that a model stated, on the first day it was read and on each day it was different from the reading before.
with daily as (
    select model_id, observed_on, licence_tag, licence_name, licence_link
    from lake_model_metadata
    qualify row_number() over (partition by model_id, observed_on order by source_id desc) = 1
),

compared as (
    select
        *,
        (licence_tag, licence_name, licence_link) as stated,
        lag((licence_tag, licence_name, licence_link)) over readings as stated_before,
        row_number() over readings as reading_number
    from daily
    window readings as (partition by model_id order by observed_on)
),

final as (
    select model_id, observed_on, licence_tag, licence_name, licence_link
    from compared
    where reading_number = 1 or stated is distinct from stated_before
)

select * from final
