{# One row a response. Of several responses of one person to a survey in a period one is main: complete before
   incomplete, then the latest. #}
select
    survey_id,
    response_id,
    person_id,
    role,
    cohort,
    period,
    language,
    is_complete,
    person_id is null or row_number() over (
        partition by survey_id, period, person_id
        order by {{ one_if('is_complete') }} desc, response_id desc nulls last
    ) = 1 as is_main
from {{ ref('stg_survey__response') }}
