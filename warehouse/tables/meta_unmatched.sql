-- Names that the registry does not know, with what they weigh: 30-day downloads of the newest reading, or rows of a board.
-- The thousand heaviest of each kind by name, the others together: most accounts of the Hub are strangers with few downloads.
with weighed as (
    select models.*, coalesce(latest.downloads_30d, 0) as downloads_30d, latest.source_id
    from core_models as models
    inner join _numbers using (model_id)
    left join _latest_downloads as latest using (model_number)
),

accounts as (
    select 'organisation' as kind, name, source_id, downloads_30d
    from (
        select unnest(list_distinct([organisation_id, origin_organisation_id])) as name, source_id, downloads_30d from weighed
    ) as named
    where name <> 'unresolved' and name not in (select organisation_id from core_organisations)
),

licences as (
    select 'licence' as kind, coalesce(nullif(if(is_unnamed, licence_name, licence_tag), ''), licence_tag) as name, source_id, downloads_30d
    from (
        select *, coalesce(lower(licence_tag), 'other') in ('other', 'unknown') as is_unnamed
        from weighed
        where licence_tag is not null or licence_name is not null
    ) as stated
    where licence_id is null
        or (is_unnamed and lower(coalesce(licence_name, '')) not in (select licence_name from registry_licence_names))
),

board_organisations as (
    select 'benchmark_organisation' as kind, coalesce(nullif(trim(scores.organisation_label), ''), split_part(scores.model_id, '/', 1), scores.model_label) as name,
        scores.source_id, 1 as weight
    from lake_scores as scores
    inner join _label_organisations as labels
        on scores.model_label = labels.model_label
        and scores.model_id is not distinct from labels.model_id
        and scores.organisation_label is not distinct from labels.organisation_label
    where labels.organisation_id is null
),

-- Boards name licences in their own words or by the Hub's tags; "open" and "proprietary" are answers of their own.
known_licence_labels as (
    select lower(trim(licence_label)) as label from registry_licence_labels
    union
    select licence_tag as label from registry_licence_tags
    union
    select licence_name as label from registry_licence_names
    union
    select unnest(['', 'n/a', '-', 'open', 'proprietary', 'propretary']) as label
),

board_licences as (
    select 'licence_label' as kind, trim(licence_label) as name, source_id, 1 as weight
    from lake_scores
    where lower(trim(licence_label)) not in (select label from known_licence_labels)
),

named as (
    select kind, name, max(source_id) as source_id, count(*)::bigint as occurrences, sum(weight)::bigint as weight
    from (
        select kind, name, source_id, downloads_30d as weight from accounts
        union all
        select kind, name, source_id, downloads_30d from licences
        union all
        from board_organisations
        union all
        from board_licences
    ) as unmatched
    group by kind, name
),

placed as (
    select *, row_number() over (partition by kind order by weight desc, name) <= 1000 as is_heavy from named
),

final as (
    select
        kind,
        if(is_heavy, name, 'all others') as name,
        max(source_id) as source_id,
        sum(occurrences)::bigint as occurrences,
        sum(weight)::bigint as weight
    from placed
    group by all
)

select * from final
