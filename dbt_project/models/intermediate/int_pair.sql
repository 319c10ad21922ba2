{# A later approval of the same cohort stands beside the earlier one: each run sees the newest that was known to it. #}
select
    programme,
    cohort,
    mentee_person_id,
    mentor_person_id,
    score,
    matched_on
from (
    select
        pair.*,
        max(known_at) over (partition by cohort) as newest
    from {{ source('matching', 'approved_pair') }} as pair
    where
        programme = {{ sql_text(var('programme')) }}
        and matched_on <= {{ sql_date(var('as_of')) }}
        and known_at <= {{ known_at() }}
) as known
where known_at = newest
