select
    group_meeting_id,
    cohort,
    held_on,
    person_id,
    role,
    is_present,
    has_prepared,
    cast(new_contacts as integer) as new_contacts
from {{ current_rows('programme', 'group_attendance', ['group_meeting_id', 'person_id']) }} as r
