{# Applicants' managers from the nearest upwards, as of the end of the match period. A manager who is on the chain
   already, or the applicant, ends the walk: cycles in the data do no harm. #}
with recursive applicant as (
    select distinct
        participant.cohort,
        participant.person_id,
        cohort.match_period
    from {{ ref('int_participant') }} as participant
    inner join {{ ref('int_cohort') }} as cohort on participant.cohort = cohort.cohort
),

reports_to as (
    select period, person_id, manager_person_id
    from {{ ref('int_employee_quarter') }}
    where
        manager_person_id is not null
        and manager_person_id <> person_id
        and period in (select match_period from {{ ref('int_cohort') }})
),

chain as (
    select
        applicant.cohort,
        applicant.person_id,
        applicant.match_period,
        reports_to.manager_person_id as top_person_id,
        cast(reports_to.manager_person_id as text) as management_chain,
        1 as depth
    from applicant
    inner join reports_to
        on applicant.person_id = reports_to.person_id and applicant.match_period = reports_to.period

    union all

    select
        chain.cohort,
        chain.person_id,
        chain.match_period,
        reports_to.manager_person_id as top_person_id,
        chain.management_chain || '|' || reports_to.manager_person_id as management_chain,
        chain.depth + 1 as depth
    from chain
    inner join reports_to
        on chain.top_person_id = reports_to.person_id and chain.match_period = reports_to.period
    where
        reports_to.manager_person_id <> chain.person_id
        and position('|' || reports_to.manager_person_id || '|' in '|' || chain.management_chain || '|') = 0
),

ranked as (
    select
        *,
        row_number() over (partition by cohort, person_id order by depth desc) as depth_rank
    from chain
)

select
    cohort,
    person_id,
    management_chain,
    depth as n_managers
from ranked
where depth_rank = 1
