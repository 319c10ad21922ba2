{# All logs in one shape. `amount` is hours for meetings, training and leadership, contacts for group meetings, and the
   number of events elsewhere. #}
with event as (
    {# A pair's meeting has two people; minutes count once. #}
    select cohort, held_on, 'meeting' as activity, mentee_person_id as person_id, meeting_id as event_id,
        cast(minutes as numeric(18, 2)) as quantity
    from {{ ref('int_meeting') }}
    union all
    select cohort, held_on, 'meeting' as activity, mentor_person_id as person_id, meeting_id as event_id,
        cast(0 as numeric(18, 2)) as quantity
    from {{ ref('int_meeting') }}
    union all
    select participant.cohort, training.completed_on, 'training_' || training.course, training.person_id,
        training.person_id || training.course, training.hours
    from {{ ref('mart_training') }} as training
    inner join {{ ref('int_participant') }} as participant
        on training.person_id = participant.person_id and participant.role = 'mentor' and participant.is_matched
    union all
    select cohort, held_on, 'kickoff_' || role, person_id, person_id, 1
    from {{ ref('stg_programme__kickoff_attendance') }}
    where is_present
    union all
    select cohort, held_on, 'group_meeting', person_id, group_meeting_id, new_contacts
    from {{ ref('stg_programme__group_attendance') }}
    where is_present
    union all
    select cohort, held_on, 'follow_up_' || role, person_id, person_id || cast(held_on as text), 1
    from {{ ref('stg_programme__follow_up_meeting') }}
    union all
    select cohort, held_on, 'leadership_' || activity, person_id, person_id || cast(held_on as text), hours_used
    from {{ ref('stg_programme__leadership') }}
    union all
    select cohort, agreed_on, kind || '_agreed', mentee_person_id, milestone_id, 1
    from {{ ref('mart_milestone') }}
    union all
    select cohort, reached_on, kind || '_reached', mentee_person_id, milestone_id, 1
    from {{ ref('mart_milestone') }}
    where reached_on is not null
    union all
    select cohort, decided_on, 'adjustment', cast(null as text), adjustment_id, 1
    from {{ ref('mart_adjustment') }}
),

dated as (
    select
        event.cohort,
        {{ quarter_label('event.held_on') }} as period,
        event.activity,
        event.person_id,
        event.event_id,
        event.quantity
    from event
    inner join {{ ref('int_cohort') }} as cohort on event.cohort = cohort.cohort
    where event.held_on <= {{ sql_date(var('as_of')) }}
)

select
    cohort,
    period,
    activity,
    {{ whole('count(distinct event_id)') }} as n_events,
    {{ whole('count(distinct person_id)') }} as n_people,
    case
        when activity = 'meeting' then {{ divide('sum(quantity)', 60) }}
        else cast(sum(quantity) as numeric(18, 6))
    end as amount
from dated
group by cohort, period, activity
