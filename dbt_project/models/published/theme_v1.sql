select
    programme,
    period,
    edition,
    cohort,
    role,
    theme,
    language,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'theme') }}
