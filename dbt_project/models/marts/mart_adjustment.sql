select
    adjustment_id,
    cohort,
    area,
    decided_on,
    reason,
    action,
    follow_up_on,
    result
from {{ ref('stg_programme__adjustment') }}
where decided_on <= {{ sql_date(var('as_of')) }}
