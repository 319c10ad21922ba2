{# Without person_id: themes are counted by response. #}
select
    response.survey_id,
    response.response_id,
    response.role,
    response.cohort,
    response.period,
    note.item,
    note.language,
    note.comment
from {{ ref('int_response') }} as response
inner join {{ ref('stg_survey__comment') }} as note
    on response.survey_id = note.survey_id and response.response_id = note.response_id
where response.is_main and note.comment is not null
