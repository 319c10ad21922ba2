select
    response.survey_id,
    response.response_id,
    response.person_id,
    response.role,
    response.cohort,
    response.period,
    answer.item,
    answer.answer,
    answer.points,
    response.is_complete
from {{ ref('int_response') }} as response
inner join {{ ref('stg_survey__answer') }} as answer
    on response.survey_id = answer.survey_id and response.response_id = answer.response_id
where response.is_main
