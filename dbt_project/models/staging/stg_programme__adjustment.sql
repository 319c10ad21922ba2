select
    adjustment_id,
    cohort,
    area,
    decided_on,
    reason,
    action,
    follow_up_on,
    result
from {{ current_rows('programme', 'adjustment', ['adjustment_id']) }} as r
