select
    survey_id,
    response_id,
    item,
    language,
    comment
from {{ current_rows('survey', 'comment', ['survey_id', 'response_id', 'item']) }} as r
