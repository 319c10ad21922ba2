select
    milestone_id,
    cohort,
    mentee_person_id,
    kind,
    agreed_on,
    due_on,
    reached_on
from {{ current_rows('programme', 'milestone', ['milestone_id']) }} as r
