select
    cohort,
    person_id,
    role,
    held_on,
    has_given_feedback
from {{ current_rows('programme', 'follow_up_meeting', ['cohort', 'person_id', 'held_on']) }} as r
