select
    person_id,
    termination_date,
    reason_category
from {{ current_rows('hris', 'termination', ['person_id', 'termination_date']) }} as r
