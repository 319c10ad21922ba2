select
    programme,
    cohort,
    mentee_person_id,
    mentor_person_id,
    score,
    matched_on
from {{ source('matching', 'approved_pair') }}
where
    programme = {{ sql_text(var('programme')) }}
    and matched_on <= {{ sql_date(var('as_of')) }}
