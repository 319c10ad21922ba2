select
    survey_id,
    response_id,
    item,
    answer,
    cast(points as integer) as points
from {{ current_rows('survey', 'answer', ['survey_id', 'response_id', 'item']) }} as r
