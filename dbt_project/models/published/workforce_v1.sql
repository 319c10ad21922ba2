select
    programme,
    period,
    edition,
    cohort,
    dimension,
    group_value,
    metric,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'workforce') }}
