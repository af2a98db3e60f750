-- Scores as the boards published them. A label that a board lists twice on a day counts with its better score.
with labelled as (
    select
        scores.*,
        labels.organisation_id,
        organisations.region,
        -- Open LLM tests only weights that can be downloaded. Elsewhere the board's licence label decides, then the registry.
        case
            when scores.source_id = 'open_llm_leaderboard' then true
            when lower(trim(scores.licence_label)) in ('proprietary', 'propretary') then false
            when lower(trim(coalesce(scores.licence_label, ''))) in ('', 'n/a', '-') then labels.is_open_weights
            else true
        end as is_open_weights
    from lake_scores as scores
    inner join _label_organisations as labels
        on scores.model_label = labels.model_label
        and scores.model_id is not distinct from labels.model_id
        and scores.organisation_label is not distinct from labels.organisation_label
    left join core_organisations as organisations on labels.organisation_id = organisations.organisation_id
),

final as (
    select
        benchmark_id,
        model_label,
        published_on,
        model_id,
        organisation_id,
        coalesce(region, 'Unattributed') as region,
        is_open_weights,
        score,
        score_low,
        score_high,
        votes,
        rank,
        licence_label
    from labelled
    qualify row_number() over (
        partition by benchmark_id, model_label, published_on
        order by if(higher_is_better, score, -score) desc, organisation_label, licence_label, model_id
    ) = 1
)

select * from final
