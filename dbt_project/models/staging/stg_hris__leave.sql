select
    person_id,
    start_date,
    end_date,
    leave_type
from {{ current_rows('hris', 'leave', ['person_id', 'start_date']) }} as r
