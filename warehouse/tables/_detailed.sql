-- The models that have rows of their own in the public tables of readings and of counts: with the whole Hub in the lake
-- those of the registry's organisations, otherwise all. Three million models by day are the lake's, not a release's.
with final as (
    select numbers.model_number, numbers.model_id
    from _numbers as numbers
    left join core_organisations as organisations on split_part(numbers.model_id, '/', 1) = organisations.organisation_id
    cross join (select coalesce(bool_or(scope = 'hub'), false) as is_whole_hub from input_readings) as scopes
    where organisations.organisation_id is not null or not scopes.is_whole_hub
)

select * from final
