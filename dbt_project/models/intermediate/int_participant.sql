{# Everyone who applied to a cohort of this programme; eligibility is that of the end of the match period. #}
with applicant as (
    select cohort, person_id, 'mentee' as role, channel, has_consented, applied_on, cast(null as integer) as capacity
    from {{ ref('stg_programme__mentee_application') }}
    union all
    select cohort, person_id, 'mentor' as role, channel, has_consented, applied_on, capacity
    from {{ ref('stg_programme__mentor_application') }}
),

matched as (
    select cohort, mentee_person_id as person_id, 'mentee' as role, min(matched_on) as matched_on, count(*) as n_pairs
    from {{ ref('int_pair') }}
    group by cohort, mentee_person_id
    union all
    select cohort, mentor_person_id as person_id, 'mentor' as role, min(matched_on) as matched_on, count(*) as n_pairs
    from {{ ref('int_pair') }}
    group by cohort, mentor_person_id
)

select
    {{ sql_text(var('programme')) }} as programme,
    applicant.cohort,
    applicant.person_id,
    applicant.role,
    applicant.channel,
    applicant.has_consented,
    applicant.applied_on,
    applicant.capacity,
    matched.person_id is not null as is_matched,
    matched.matched_on,
    {{ whole('coalesce(matched.n_pairs, 0)') }} as n_pairs,
    employee.level,
    case
        when applicant.role = 'mentee' then {{ is_eligible('mentee', 'employee') }}
        else {{ is_eligible('mentor', 'employee') }}
    end as is_eligible
from applicant
inner join {{ ref('int_cohort') }} as cohort on applicant.cohort = cohort.cohort
left join matched
    on
        applicant.cohort = matched.cohort
        and applicant.person_id = matched.person_id
        and applicant.role = matched.role
left join {{ ref('int_employee_quarter') }} as employee
    on applicant.person_id = employee.person_id and cohort.match_period = employee.period
where applicant.applied_on <= {{ sql_date(var('as_of')) }}
