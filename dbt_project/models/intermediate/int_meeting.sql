{# Meetings of approved pairs, up to as_of. #}
select
    meeting.meeting_id,
    meeting.cohort,
    meeting.mentee_person_id,
    meeting.mentor_person_id,
    meeting.held_on,
    meeting.minutes
from {{ ref('stg_programme__meeting') }} as meeting
inner join {{ ref('int_pair') }} as pair
    on
        meeting.cohort = pair.cohort
        and meeting.mentee_person_id = pair.mentee_person_id
        and meeting.mentor_person_id = pair.mentor_person_id
where meeting.held_on <= {{ sql_date(var('as_of')) }}
