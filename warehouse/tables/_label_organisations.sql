-- Who stands behind a model label on a leaderboard: the organisation that the board names, else the account before the
-- slash of a Hub id, else the first pattern of the registry that fits the label; it also says whether weights are open.
-- Where a board is known to name the wrong one, the registry's correction stands before all.
with labels as (
    select distinct model_label, model_id, organisation_label from lake_scores
),

by_pattern as (
    select
        labels.model_label,
        arg_min(patterns.organisation_id, patterns.position) as organisation_id,
        arg_min_null(patterns.is_open_weights, patterns.position) as is_open_weights
    from (
        select distinct model_label from labels where model_id is null and coalesce(trim(organisation_label), '') = ''
    ) as labels
    inner join registry_leaderboard_labels as patterns
        on regexp_matches(lower(trim(labels.model_label)), patterns.pattern)
    group by labels.model_label
),

corrected as (
    select lower(subject) as model_label, lower(upstream_value) as organisation_label, right_value as organisation_id
    from registry_corrections
    where field = 'organisation_id'
),

final as (
    select
        labels.model_label,
        labels.model_id,
        labels.organisation_label,
        coalesce(corrected.organisation_id, by_label.organisation_id, by_pattern.organisation_id, accounts.organisation_id) as organisation_id,
        by_pattern.is_open_weights
    from labels
    left join registry_organisation_labels as by_label
        on lower(trim(labels.organisation_label)) = lower(trim(by_label.label))
    left join corrected
        on lower(trim(labels.model_label)) = corrected.model_label
        and lower(trim(labels.organisation_label)) = corrected.organisation_label
    left join by_pattern on labels.model_label = by_pattern.model_label
    left join registry_organisations as accounts on split_part(labels.model_id, '/', 1) = accounts.organisation_id
)

select * from final
