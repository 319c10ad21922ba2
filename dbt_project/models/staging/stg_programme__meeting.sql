select
    meeting_id,
    cohort,
    mentee_person_id,
    mentor_person_id,
    held_on,
    cast(minutes as integer) as minutes,
    meeting_mode
from {{ current_rows('programme', 'meeting', ['meeting_id']) }} as r
