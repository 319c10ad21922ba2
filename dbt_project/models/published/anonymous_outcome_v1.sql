select
    programme,
    period,
    edition,
    cohort,
    ground,
    group_code,
    participation,
    outcome,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'anonymous_outcome') }}
