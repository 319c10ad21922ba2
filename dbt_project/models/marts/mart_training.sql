select
    person_id,
    course,
    completed_on,
    hours
from {{ ref('stg_programme__training_completion') }}
where completed_on <= {{ sql_date(var('as_of')) }}
