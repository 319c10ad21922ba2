select
    milestone_id,
    cohort,
    mentee_person_id,
    kind,
    agreed_on,
    due_on,
    case when reached_on <= {{ sql_date(var('as_of')) }} then reached_on end as reached_on
from {{ ref('stg_programme__milestone') }}
where agreed_on <= {{ sql_date(var('as_of')) }}
