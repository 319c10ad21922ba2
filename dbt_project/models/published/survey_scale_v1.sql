select
    programme,
    period,
    edition,
    cohort,
    role,
    scale,
    statistic,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from {{ source('evaluation', 'survey_scale') }}
