{# Columns as the matching room reads them; employment as of the end of the cohort's match period. #}
select
    application.cohort,
    application.person_id,
    application.application_id,
    application.has_consented,
    application.applied_on,
    application.channel,
    application.goals,
    application.skills_wanted,
    application.interests,
    application.languages,
    application.meeting_mode,
    application.preferred_mentors,
    participant.is_eligible,
    employee.level,
    employee.tenure_years,
    employee.organisation_id,
    employee.division_id,
    employee.job_family,
    employee.location,
    employee.manager_person_id,
    chain.management_chain
from {{ ref('stg_programme__mentee_application') }} as application
inner join {{ ref('int_cohort') }} as cohort on application.cohort = cohort.cohort
inner join {{ ref('int_participant') }} as participant
    on
        application.cohort = participant.cohort
        and application.person_id = participant.person_id
        and participant.role = 'mentee'
left join {{ ref('int_employee_quarter') }} as employee
    on application.person_id = employee.person_id and cohort.match_period = employee.period
left join {{ ref('int_management_chain') }} as chain
    on application.cohort = chain.cohort and application.person_id = chain.person_id
