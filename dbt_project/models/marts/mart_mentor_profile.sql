{# Columns as the matching room reads them; employment as of the end of the cohort's match period. #}
with trained as (
    select
        cohort.cohort,
        training.person_id,
        count(distinct training.course) as n_courses
    from {{ ref('stg_programme__training_completion') }} as training
    inner join {{ ref('int_cohort') }} as cohort on training.completed_on <= cohort.match_period_end
    where training.course in ({% for course in var('required_courses') %}{{ sql_text(course) | trim }}, {% endfor %}'')
    group by cohort.cohort, training.person_id
)

select
    application.cohort,
    application.person_id,
    application.application_id,
    application.has_consented,
    application.applied_on,
    application.channel,
    application.capacity,
    application.goals,
    application.skills_offered,
    application.interests,
    application.languages,
    application.meeting_mode,
    application.is_interviewed,
    coalesce(trained.n_courses, 0) >= {{ var('required_courses') | unique | list | length }} as is_trained,
    participant.is_eligible,
    employee.level,
    employee.tenure_years,
    employee.organisation_id,
    employee.division_id,
    employee.job_family,
    employee.location,
    employee.manager_person_id,
    chain.management_chain
from {{ ref('stg_programme__mentor_application') }} as application
inner join {{ ref('int_cohort') }} as cohort on application.cohort = cohort.cohort
inner join {{ ref('int_participant') }} as participant
    on
        application.cohort = participant.cohort
        and application.person_id = participant.person_id
        and participant.role = 'mentor'
left join {{ ref('int_employee_quarter') }} as employee
    on application.person_id = employee.person_id and cohort.match_period = employee.period
left join {{ ref('int_management_chain') }} as chain
    on application.cohort = chain.cohort and application.person_id = chain.person_id
left join trained on application.cohort = trained.cohort and application.person_id = trained.person_id
