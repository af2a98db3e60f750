-- The five most downloaded models of every group of out_monthly_downloads: whatever groups a reader puts together, their three
-- most downloaded models are among these, and one repository that carries a headline has a name.
with listed as (
    select month_start, cell, packed_model(top) as model_number, sum(packed_downloads(top))::bigint as new_downloads
    from (select month_start, cell, unnest(top_models) as top from _cell_months) as tops
    group by all
),

marks as (
    select month_of(key_number(period_key)) as month_start, key_model(period_key) as model_number,
        sum(marked_downloads)::bigint as marked_downloads
    from _marked_months
    group by all
),

largest as (
    select sides.* exclude (cell), listed.* exclude (cell)
    from listed
    inner join _sides as sides using (cell)
    qualify row_number() over (partition by listed.month_start, sides.side order by listed.new_downloads desc, listed.model_number) <= 5
),

final as (
    select
        largest.attribution,
        largest.month_start,
        _numbers.model_id,
        largest.region,
        largest.organisation_id,
        largest.family_id,
        largest.is_language,
        largest.is_mainline,
        largest.is_large,
        largest.panel,
        largest.new_downloads,
        coalesce(marks.marked_downloads, 0) as marked_downloads
    from largest
    inner join _numbers using (model_number)
    left join marks using (month_start, model_number)
)

select * from final
