select
    cohort,
    mentee_person_id,
    mentor_person_id,
    month,
    month_number,
    month_start,
    month_end,
    n_meetings,
    minutes,
    is_still_meeting
from {{ ref('int_pair_month') }}
