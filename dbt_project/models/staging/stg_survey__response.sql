select
    survey_id,
    response_id,
    person_id,
    role,
    cohort,
    is_complete,
    language,
    first_delivery as period
from {{ current_rows('survey', 'response', ['survey_id', 'response_id'], first_delivery=true) }} as r
