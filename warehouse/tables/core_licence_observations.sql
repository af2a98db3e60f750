-- The licence that a model stated at first sight and each time it was different from what the same source said before.
-- With the whole Hub in the lake, first statements stand only for models of the registry's organisations; changes for all.
with stated as (
    select
        facts.model_number,
        facts.observed_on,
        facts.source_id,
        facts.licence_tag,
        facts.licence_name,
        facts.licence_link,
        lag((facts.licence_tag, facts.licence_name, facts.licence_link)) over readings as stated_before,
        row_number() over readings as reading_number
    from lake_metadata_changes as facts
    window readings as (partition by facts.model_number, facts.source_id order by facts.observed_on)
),

changed as (
    select *
    from stated
    where reading_number = 1 or (licence_tag, licence_name, licence_link) is distinct from stated_before
),

-- Two sources say the same: the first statement of the second one is news only where it differs from the first one's last.
compared as (
    select
        *,
        lag((licence_tag, licence_name, licence_link)) over days as told_before,
        row_number() over days as telling_number
    from changed
    window days as (partition by model_number order by observed_on, source_id)
    qualify row_number() over (partition by model_number, observed_on order by source_id desc) = 1
),

final as (
    select numbers.model_id, compared.observed_on, compared.licence_tag, compared.licence_name, compared.licence_link
    from compared
    inner join _numbers as numbers using (model_number)
    left join _detailed as detailed using (model_number)
    where (telling_number = 1 and detailed.model_number is not null)
        or (telling_number > 1 and (licence_tag, licence_name, licence_link) is distinct from told_before)
)

select * from final
