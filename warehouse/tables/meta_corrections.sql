-- Known errors of the sources, from the registry: what is right, what the source says now, and whether that is still replaced.
with on_models as (
    select
        corrections.subject,
        corrections.field,
        stated.model_id is not null as is_found,
        case corrections.field
            when 'created_at' then strftime(stated.created_at, '%Y-%m-%d')
            when 'parameters' then stated.parameters::varchar
            -- Many repositories name themselves, which says nothing.
            when 'base_model_id' then [id for id in stated.base_model_ids if lower(id) <> lower(stated.model_id)][1]
        end as found_value
    from registry_corrections as corrections
    left join (
        from _stated_metadata semi join registry_corrections on _stated_metadata.model_id = registry_corrections.subject
    ) as stated on corrections.subject = stated.model_id
    where corrections.field <> 'organisation_id'
),

-- A board may list a model under several spellings of its label; the one that is still wrong is the one to show.
on_boards as (
    select
        corrections.subject,
        corrections.field,
        count(scores.model_label) > 0 as is_found,
        coalesce(
            max(corrections.upstream_value)
                filter (where lower(trim(scores.organisation_label)) = lower(corrections.upstream_value)),
            max(by_label.organisation_id),
            min(scores.organisation_label)
        ) as found_value
    from registry_corrections as corrections
    left join (select distinct model_label, organisation_label from lake_scores) as scores
        on lower(trim(scores.model_label)) = lower(corrections.subject)
    left join registry_organisation_labels as by_label
        on lower(trim(scores.organisation_label)) = lower(trim(by_label.label))
    where corrections.field = 'organisation_id'
    group by corrections.subject, corrections.field
),

found as (
    from on_models
    union all
    from on_boards
),

compared as (
    select
        * replace (
            if(field = 'parameters', replace(upstream_value, '_', ''), upstream_value) as upstream_value,
            if(field = 'parameters', replace(right_value, '_', ''), right_value) as right_value
        )
    from registry_corrections
    inner join found using (subject, field)
),

final as (
    select
        subject,
        field,
        upstream_value,
        right_value,
        found_value,
        case
            when not is_found then 'not found'
            when found_value is null or found_value = upstream_value then 'applied'
            when is_same_size(field, found_value, upstream_value) then 'applied'
            when found_value = right_value or is_same_size(field, found_value, right_value) then 'no longer needed'
            else 'upstream changed'
        end as status,
        reason,
        evidence_title,
        evidence_url,
        checked_on
    from compared
)

select * from final
