select
    cohort,
    person_id,
    role,
    held_on,
    is_present
from {{ current_rows('programme', 'kickoff_attendance', ['cohort', 'person_id']) }} as r
