{{ config(materialized='view') }}

select
    programme,
    cohort,
    metric,
    unit,
    value,
    n,
    is_hidden,
    hidden_reason,
    low,
    high
from (
    select
        summary.*,
        max(known_at) over (partition by programme, cohort) as newest
    from {{ source('matching', 'match_summary') }} as summary
) as known
where known_at = newest
