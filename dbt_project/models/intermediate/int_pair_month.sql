with pair_month as (
    select
        pair.cohort,
        pair.mentee_person_id,
        pair.mentor_person_id,
        month.month,
        month.month_number,
        month.month_start,
        month.month_end
    from {{ ref('int_pair') }} as pair
    inner join {{ ref('int_cohort_month') }} as month on pair.cohort = month.cohort
),

counted as (
    select
        pair_month.cohort,
        pair_month.mentee_person_id,
        pair_month.mentor_person_id,
        pair_month.month,
        pair_month.month_number,
        pair_month.month_start,
        pair_month.month_end,
        count(meeting.meeting_id) as n_meetings,
        coalesce(sum(meeting.minutes), 0) as minutes
    from pair_month
    left join {{ ref('int_meeting') }} as meeting
        on
            pair_month.cohort = meeting.cohort
            and pair_month.mentee_person_id = meeting.mentee_person_id
            and pair_month.mentor_person_id = meeting.mentor_person_id
            and meeting.held_on between pair_month.month_start and pair_month.month_end
    group by
        pair_month.cohort,
        pair_month.mentee_person_id,
        pair_month.mentor_person_id,
        pair_month.month,
        pair_month.month_number,
        pair_month.month_start,
        pair_month.month_end
)

select
    cohort,
    mentee_person_id,
    mentor_person_id,
    month,
    month_number,
    month_start,
    month_end,
    {{ whole('n_meetings') }} as n_meetings,
    {{ whole('minutes') }} as minutes,
    sum(n_meetings) over (
        partition by cohort, mentee_person_id, mentor_person_id
        order by month_number asc
        rows between current row and unbounded following
    ) > 0 as is_still_meeting
from counted
