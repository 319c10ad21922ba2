select
    programme,
    period,
    edition,
    cohort,
    goal,
    metric,
    baseline,
    target,
    target_date,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'goal') }}
