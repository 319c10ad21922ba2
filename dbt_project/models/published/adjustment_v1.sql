select
    programme,
    period,
    edition,
    cohort,
    adjustment_id,
    area,
    decided_on,
    follow_up_on,
    result,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'adjustment') }}
