select
    programme,
    period,
    edition,
    cohort,
    metric,
    group_dimension,
    group_value,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'cohort_metric') }}
