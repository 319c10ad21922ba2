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
from {{ source('matching', 'match_summary') }}
