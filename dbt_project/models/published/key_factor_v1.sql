select
    programme,
    period,
    edition,
    cohort,
    factor,
    indicator,
    month,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'key_factor') }}
