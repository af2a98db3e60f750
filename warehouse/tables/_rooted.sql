-- The root of the chain of bases, of each model that has one; all others are their own origin. Walked from the roots down, so
-- that a chain may be of any length and a circle is never entered; only models that are a base of others take part in the walk,
-- all others are one step away from one of them.
-- A model with several bases (a merge) has an origin when all of their roots belong to one organisation. A circle has one
-- when all in it do. What has none is 'unresolved', a group of its own. Of several roots of one organisation the nearest counts,
-- and of equally near ones that of the base named first.
with recursive edges as (
    select model_number, base_number, position, false as is_by_name from _tagged_bases
    union all
    select node_number, base_number, 1, true from _recognised where base_number is not null
),

bases as (select distinct base_number as node_number from edges),

accounts as (
    select organisation_id, coalesce(parent_organisation_id, organisation_id) as main_id from registry_organisations
),

-- Whose models the bases are. Names that nobody has read get their family by the pattern of the account that they name.
named as (
    select bases.node_number, _numbers.model_id as node_id
    from bases
    inner join _numbers on bases.node_number = _numbers.model_number
    union all
    select base_number, base_id from _base_names where base_number < 0
),

patterns as (
    select family_id, hub_id_pattern, unnest(organisation_ids) as organisation_id from registry_families
),

unread_families as (
    select named.node_number, min(patterns.family_id) as family_id
    from named
    inner join patterns on split_part(named.node_id, '/', 1) = patterns.organisation_id
    where named.node_number < 0 and regexp_matches(named.node_id, patterns.hub_id_pattern)
    group by named.node_number
),

described as (
    select
        named.node_number,
        if(recognised.node_number is null, named.node_id, null) as node_id,
        coalesce(
            recognised.organisation_id,
            if(named.node_id like '_%/%', split_part(named.node_id, '/', 1), 'unresolved')
        ) as organisation_id,
        coalesce(recognised.family_id, known_families.family_id, unread_families.family_id) as family_id,
        recognised.node_number is not null as is_by_name
    from named
    left join (from _recognised where base_number is null) as recognised using (node_number)
    left join _model_families as known_families on named.node_number = known_families.model_number
    left join unread_families using (node_number)
),

-- A number for each organisation and family, ordered by organisation: the least and the greatest of a model's roots tell
-- whether there are several.
roots as (
    select
        described.*,
        coalesce(accounts.main_id, described.organisation_id) as main_id,
        dense_rank() over (order by coalesce(accounts.main_id, described.organisation_id), described.family_id) as side
    from described
    anti join edges on described.node_number = edges.model_number
    left join accounts using (organisation_id)
),

inner_edges as (
    from edges semi join bases on edges.model_number = bases.node_number
),

reached (node_number, root_number, least_side, greatest_side, depth, is_by_name) using key (node_number) as (
    select node_number, node_number, side, side, is_by_name::integer, is_by_name from roots
    union
    select
        edges.model_number,
        coalesce(
            any_value(known.root_number),
            arg_min(reached.root_number, (reached.depth, edges.position, edges.base_number))
        ),
        least(min(reached.least_side), any_value(known.least_side)),
        greatest(max(reached.greatest_side), any_value(known.greatest_side)),
        coalesce(any_value(known.depth), min(reached.depth) + 1),
        coalesce(
            any_value(known.is_by_name),
            arg_min(reached.is_by_name or edges.is_by_name, (reached.depth, edges.position, edges.base_number))
        )
    from reached
    inner join inner_edges as edges on reached.node_number = edges.base_number
    left join recurring.reached as known on edges.model_number = known.node_number
    where known.node_number is null or reached.least_side < known.least_side or reached.greatest_side > known.greatest_side
    group by edges.model_number
),

rooted as (
    select
        edges.model_number,
        arg_min(reached.root_number, (reached.depth, edges.position, edges.base_number)) as root_number,
        min(reached.least_side) as least_side,
        max(reached.greatest_side) as greatest_side,
        min(reached.depth) + 1 as depth,
        arg_min(reached.is_by_name or edges.is_by_name, (reached.depth, edges.position, edges.base_number)) as is_by_name
    from edges
    inner join reached on edges.base_number = reached.node_number
    group by edges.model_number
),

-- What no root reaches leads into a circle. Following first bases 2^20 times ends on it, wherever one began, and passes all
-- of it.
stuck as (
    select edges.model_number as node_number, arg_min(edges.base_number, (edges.position, edges.base_number)) as base_number
    from edges
    anti join rooted using (model_number)
    group by edges.model_number
),

circling (node_number, at_number, least_id, least_main, greatest_main, step) as (
    select stuck.node_number, stuck.base_number, named.node_id, accounts.main_id, accounts.main_id, 0
    from stuck
    inner join named on stuck.base_number = named.node_number
    left join (
        select node_number, coalesce(accounts.main_id, described.organisation_id) as main_id
        from described
        left join accounts using (organisation_id)
    ) as accounts on stuck.base_number = accounts.node_number
    union all
    select
        here.node_number,
        there.at_number,
        least(here.least_id, there.least_id),
        least(here.least_main, there.least_main),
        greatest(here.greatest_main, there.greatest_main),
        here.step + 1
    from circling as here
    inner join circling as there on here.at_number = there.node_number
    where here.step < 20
),

circles as (
    select
        stuck.node_number as model_number,
        if(round_trip.least_main = round_trip.greatest_main, round_trip.least_id, null) as origin_model_id
    from stuck
    inner join circling on stuck.node_number = circling.node_number and circling.step = 20
    inner join circling as round_trip on circling.at_number = round_trip.node_number and round_trip.step = 20
),

sides as (select distinct side, main_id, family_id from roots),

final as (
    select
        rooted.model_number,
        if(least_sides.main_id = greatest_sides.main_id, roots.node_id, null) as origin_model_id,
        if(least_sides.main_id = greatest_sides.main_id, roots.organisation_id, 'unresolved') as origin_organisation_id,
        if(rooted.least_side = rooted.greatest_side, roots.family_id, null) as origin_family_id,
        rooted.depth::integer as lineage_depth,
        case
            when least_sides.main_id <> greatest_sides.main_id then 'several_origins'
            when rooted.is_by_name then 'name'
            when rooted.root_number < 0 then 'missing_parent'
            else 'tag'
        end as lineage_method
    from rooted
    inner join roots on rooted.root_number = roots.node_number
    inner join sides as least_sides on rooted.least_side = least_sides.side
    inner join sides as greatest_sides on rooted.greatest_side = greatest_sides.side
    union all
    select
        circles.model_number,
        circles.origin_model_id,
        coalesce(split_part(circles.origin_model_id, '/', 1), 'unresolved'),
        _model_families.family_id,
        1,
        'cycle'
    from circles
    left join _numbers on circles.origin_model_id = _numbers.model_id
    left join _model_families on _numbers.model_number = _model_families.model_number
    union all
    select node_number, null, organisation_id, family_id, 1, 'name' from _recognised where base_number is null
)

select * from final
