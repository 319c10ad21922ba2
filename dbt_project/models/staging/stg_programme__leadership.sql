select
    cohort,
    person_id,
    activity,
    held_on,
    {{ decimal('hours_budgeted', 8, 2) }} as hours_budgeted,
    {{ decimal('hours_used', 8, 2) }} as hours_used
from {{ current_rows('programme', 'leadership', ['cohort', 'person_id', 'activity', 'held_on']) }} as r
