select
    person_id,
    course,
    completed_on,
    {{ decimal('hours', 8, 2) }} as hours
from {{ current_rows('programme', 'training_completion', ['person_id', 'course']) }} as r
