{{ config(materialized=var('light_models', 'ephemeral')) }}

{# Kick-off, training, goals and milestones, answers to the survey of the run's period: matched participants only. #}
with matched as (
    select participant.cohort, participant.person_id, participant.role
    from {{ ref('int_participant') }} as participant
    inner join {{ ref('int_cohort') }} as cohort on participant.cohort = cohort.cohort
    where participant.is_matched and cohort.is_matched
),

kickoff as (
    select distinct cohort, person_id, role
    from {{ ref('stg_programme__kickoff_attendance') }}
    where is_present and held_on <= {{ sql_date(var('as_of')) }}
),

training as (
    select
        person_id,
        max({{ one_if("course = 'inclusion'") }}) as has_inclusion,
        max({{ one_if("course = 'mentoring_technique'") }}) as has_technique
    from {{ ref('stg_programme__training_completion') }}
    where completed_on <= {{ sql_date(var('as_of')) }}
    group by person_id
),

milestone as (
    select
        cohort,
        mentee_person_id,
        sum({{ one_if("kind = 'goal'") }}) as n_goals,
        sum({{ one_if("kind = 'goal' and reached_on <= " ~ sql_date(var('as_of'))) }}) as n_goals_reached,
        sum({{ one_if("kind = 'milestone'") }}) as n_milestones,
        sum({{ one_if("kind = 'milestone' and reached_on <= " ~ sql_date(var('as_of'))) }}) as n_milestones_reached
    from {{ ref('stg_programme__milestone') }}
    where agreed_on <= {{ sql_date(var('as_of')) }}
    group by cohort, mentee_person_id
),

answered as (
    select distinct cohort, person_id, role
    from {{ ref('int_response') }}
    where is_complete and period = {{ sql_text(var('period')) }}
),

person as (
    select
        matched.cohort,
        matched.role,
        {{ one_if('kickoff.person_id is not null') }} as was_at_kickoff,
        {{ one_if('answered.person_id is not null') }} as has_answered,
        coalesce(training.has_inclusion, 0) as has_inclusion,
        coalesce(training.has_technique, 0) as has_technique,
        coalesce(milestone.n_goals, 0) as n_goals,
        coalesce(milestone.n_goals_reached, 0) as n_goals_reached,
        coalesce(milestone.n_milestones, 0) as n_milestones,
        coalesce(milestone.n_milestones_reached, 0) as n_milestones_reached
    from matched
    left join kickoff
        on matched.cohort = kickoff.cohort and matched.person_id = kickoff.person_id and matched.role = kickoff.role
    left join answered
        on matched.cohort = answered.cohort and matched.person_id = answered.person_id and matched.role = answered.role
    left join training on matched.role = 'mentor' and matched.person_id = training.person_id
    left join milestone
        on
            matched.role = 'mentee'
            and matched.cohort = milestone.cohort
            and matched.person_id = milestone.mentee_person_id
),

counted as (
    select
        cohort,
        count(*) as n_people,
        {% for role in ['mentee', 'mentor'] %}
        sum({{ one_if("role = '" ~ role ~ "'") }}) as n_{{ role }}s,
        sum(case when role = '{{ role }}' then was_at_kickoff else 0 end) as n_{{ role }}s_at_kickoff,
        sum(case when role = '{{ role }}' then has_answered else 0 end) as n_{{ role }}s_answered,
        {% endfor %}
        sum(has_inclusion) as n_inclusion,
        sum(has_technique) as n_technique,
        sum(has_inclusion * has_technique) as n_trained,
        sum({{ one_if('n_goals > 0') }}) as n_with_goals,
        sum({{ one_if('n_milestones > 0') }}) as n_with_milestones,
        sum(n_goals) as n_goals,
        sum(n_goals_reached) as n_goals_reached,
        sum(n_milestones) as n_milestones,
        sum(n_milestones_reached) as n_milestones_reached
    from person
    group by cohort
),

per_cohort as (
    select
        cohort.cohort as cohort,
        counted.n_people,
        {% for role in ['mentee', 'mentor'] %}
        counted.n_{{ role }}s,
        counted.n_{{ role }}s_at_kickoff,
        counted.n_{{ role }}s_answered,
        {% endfor %}
        counted.n_inclusion,
        counted.n_technique,
        counted.n_trained,
        counted.n_with_goals,
        counted.n_with_milestones,
        counted.n_goals,
        counted.n_goals_reached,
        counted.n_milestones,
        counted.n_milestones_reached
    from {{ ref('int_cohort') }} as cohort
    left join counted on cohort.cohort = counted.cohort
    where cohort.is_matched
)

{{ unpivot_metrics('per_cohort', [
    ('kickoff_share', 'n_mentees_at_kickoff + n_mentors_at_kickoff', 'n_people', 'n_people', 'share'),
    ('kickoff_share_mentee', 'n_mentees_at_kickoff', 'n_mentees', 'n_mentees', 'share'),
    ('kickoff_share_mentor', 'n_mentors_at_kickoff', 'n_mentors', 'n_mentors', 'share'),
    ('trained_mentor_share', 'n_trained', 'n_mentors', 'n_mentors', 'share'),
    ('trained_mentor_share_inclusion', 'n_inclusion', 'n_mentors', 'n_mentors', 'share'),
    ('trained_mentor_share_mentoring_technique', 'n_technique', 'n_mentors', 'n_mentors', 'share'),
    ('goals_agreed_share', 'n_with_goals', 'n_mentees', 'n_mentees', 'share'),
    ('goals_reached_share', 'n_goals_reached', 'n_goals', 'n_with_goals', 'share'),
    ('milestones_agreed', 'n_milestones', '1', 'n_with_milestones', 'count'),
    ('milestones_reached', 'n_milestones_reached', '1', 'n_with_milestones', 'count'),
    ('milestones_reached_share', 'n_milestones_reached', 'n_milestones', 'n_with_milestones', 'share'),
    ('response_share', 'n_mentees_answered + n_mentors_answered', 'n_people', 'n_people', 'share'),
    ('response_share_mentee', 'n_mentees_answered', 'n_mentees', 'n_mentees', 'share'),
    ('response_share_mentor', 'n_mentors_answered', 'n_mentors', 'n_mentors', 'share'),
]) }}
