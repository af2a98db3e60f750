-- Models that name no base (and bases that nobody has read) but carry the name of an official repository: re-uploads and
-- quantised copies. Careful on purpose, because a wrong ancestor is worse than none:
-- 1. the name holds, between hyphens, the whole name of an official repository that is telling: it has a size (7b) or three
--    parts with a digit. Of several the longest counts; if others of another organisation stand beside it, none does;
-- 2. for accounts that are known to re-upload, the name of any official repository followed by nothing but words of formats;
-- 3. for the same accounts, a name that begins with a main release of the registry and fits the pattern of its family.
-- The first two find the repository, the third only the family.
with official as (
    select
        _model_families.model_number,
        _numbers.model_id,
        families.label_pattern,
        split_part(_numbers.model_id, '/', 1) as organisation_id,
        coalesce(organisations.parent_organisation_id, organisations.organisation_id) as main_id,
        lower(replace(split_part(_numbers.model_id, '/', 2), '_', '-')) as name
    from _model_families
    inner join _numbers using (model_number)
    inner join registry_families as families using (family_id)
    inner join registry_organisations as organisations on split_part(_numbers.model_id, '/', 1) = organisations.organisation_id
),

labels as (
    select
        lower(replace(labels.label, ' ', '-')) as label,
        coalesce(organisations.parent_organisation_id, organisations.organisation_id) as main_id
    from registry_organisation_labels as labels
    inner join registry_organisations as organisations using (organisation_id)
),

-- Copies leave out the maker's name in front (Meta-Llama-3-8B), where what is left still names the family, and the format
-- at the end (-hf).
spelled as (
    from official
    union all by name
    select official.* replace (substr(official.name, length(labels.label) + 2) as name)
    from official
    inner join labels on official.main_id = labels.main_id and starts_with(official.name, labels.label || '-')
    where regexp_matches(substr(official.name, length(labels.label) + 2), official.label_pattern)
    union all by name
    select * replace (regexp_replace(name, '-hf$', '') as name) from official where name like '%-hf'
),

spellings as (
    select
        name,
        min(main_id) as main_id,
        arg_min(model_number, model_id) as model_number,
        arg_min(organisation_id, model_id) as organisation_id,
        split_part(name, '-', 1) as first_word,
        length(name) - length(replace(name, '-', '')) + 1 as words,
        (regexp_matches(name, '-(\d+x)?\d+(\.\d+)?[bm](-|$)') or words >= 3 and regexp_matches(name, '\d')) as is_telling
    from spelled
    where name <> ''
    group by name
    having count(distinct main_id) = 1
),

unnamed as (
    select _numbers.model_number as node_number, _numbers.model_id as node_id
    from _numbers
    anti join _tagged_bases using (model_number)
    anti join _model_families using (model_number)
    union all
    select base_number, base_id from _base_names where base_number < 0
),

nodes as (
    select
        unnamed.node_number,
        lower(replace(split_part(unnamed.node_id, '/', -1), '_', '-')) as name,
        reuploaders.account is not null as is_reuploader
    from unnamed
    left join registry_reuploaders as reuploaders on split_part(unnamed.node_id, '/', 1) = reuploaders.account
),

starts as (
    select
        node_number,
        name,
        is_reuploader,
        position,
        array_to_string(parts[position:], '-') as rest,
        array_to_string(parts[:position - 1], '') as before
    from (
        select *, unnest(parts) as word, generate_subscripts(parts, 1) as position
        from (select *, string_split(name, '-') as parts from nodes) as split
    ) as words
    where word in (select first_word from spellings)
),

fits as (
    select
        starts.node_number,
        starts.position as first_position,
        starts.position + spellings.words - 1 as last_position,
        spellings.words,
        length(spellings.name) as letters,
        spellings.model_number,
        spellings.main_id
    from starts
    inner join spellings
        on split_part(starts.rest, '-', 1) = spellings.first_word
        and starts_with(starts.rest || '-', spellings.name || '-')
    where spellings.is_telling
        or starts.is_reuploader
        and starts.before in ('', lower(replace(spellings.organisation_id, '-', '')))
        and regexp_full_match(
            substr(starts.rest || '-', length(spellings.name) + 2),
            '((gguf|ggml|awq|gptq|exl[23]|mlx|bnb|onnx|openvino|imatrix|i1|hf|dynamic|quantized|unsloth|ud|dwq'
            || '|(bf|fp?)(16|32)|(nv|mx)?fp[48]|nf4|int[48]|[2-8](\.\d+)?(bit|bpw)|i?q[1-8]|[01kmsl]|x+s|w\d+a\d+|(g|gs|group)\d+)-)*'
        )
),

longest as (
    select node_number, first_position, last_position, main_id, model_number
    from fits
    qualify row_number() over (partition by node_number order by words desc, letters desc, first_position) = 1
),

contradicted as (
    select longest.node_number
    from longest
    inner join fits using (node_number)
    where fits.main_id <> longest.main_id
        and (fits.first_position < longest.first_position or fits.last_position > longest.last_position)
),

releases as (
    select
        releases.family_id,
        families.hub_id_pattern,
        unnest(families.organisation_ids) as organisation_id,
        lower(replace(releases.name, ' ', '-')) as release_name
    from registry_family_releases as releases
    inner join registry_families as families using (family_id)
),

by_family as (
    select nodes.node_number, min(releases.organisation_id) as organisation_id, min(releases.family_id) as family_id
    from nodes
    anti join fits using (node_number)
    inner join releases on starts_with(nodes.name || '-', releases.release_name || '-')
    where nodes.is_reuploader
        and regexp_matches(releases.organisation_id || '/' || nodes.name, '(?i)' || releases.hub_id_pattern)
    group by nodes.node_number
    having count(distinct releases.family_id) = 1
),

final as (
    select node_number, model_number as base_number, null::varchar as organisation_id, null::varchar as family_id
    from longest
    anti join contradicted using (node_number)
    union all
    select node_number, null, organisation_id, family_id from by_family
)

select * from final
