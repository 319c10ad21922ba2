select
    row_number,
    survey_id,
    ground,
    group_code,
    participation,
    cast(intention_to_stay as integer) as intention_to_stay,
    cast(career as integer) as career,
    cast(safety as integer) as safety,
    delivery as period
from {{ current_rows('anonymous', 'self_identification', ['delivery', 'row_number']) }} as r
