-- what: names that the registry does not know and that weigh more than 1 % of their kind
-- severity: warning
-- limit: 0
-- since: 2026-11-24
-- why: so much weight in Unattributed or unclassified can turn a headline: add the name to the registry
with downloads as (
    select sum(downloads_30d) as weight from _latest_downloads
),

totals as (
    select unnest(['organisation', 'licence']) as kind, weight from downloads
    union all
    select unnest(['benchmark_organisation', 'licence_label']), count(*) from lake_scores
),

final as (
    select unmatched.kind, unmatched.name, unmatched.weight, round(unmatched.weight / totals.weight, 3) as weight_share
    from meta_unmatched as unmatched
    inner join totals using (kind)
    where unmatched.weight > 0.01 * totals.weight and unmatched.name <> 'all others'
)

select * from final
