{# Who took part keeps the first cohort for good: dropping out changes no arm. #}
with joined as (
    {% for role in ['mentee', 'mentor'] %}
    select
        '{{ role }}' as role,
        {{ role }}_person_id as person_id,
        cohort,
        min(matched_on) as since
    from {{ ref('int_pair') }}
    group by {{ role }}_person_id, cohort
    union all
    {% endfor %}
    select
        'applicant' as role,
        person_id,
        cohort,
        min(applied_on) as since
    from {{ ref('int_participant') }}
    where role = 'mentee'
    group by person_id, cohort
),

first_joined as (
    select role, person_id, cohort, since
    from (
        select
            *,
            row_number() over (
                partition by role, person_id order by since asc nulls last, {{ by_bytes('cohort') }} asc nulls last
            ) as cohort_rank
        from joined
    ) as ranked
    where cohort_rank = 1
)

select
    employee.*,
    {{ is_eligible('mentee', 'employee') }} as is_eligible_mentee,
    {{ is_eligible('mentor', 'employee') }} as is_eligible_mentor,
    mentee.cohort is not null as is_mentee,
    mentor.cohort is not null as is_mentor,
    mentee.cohort as mentee_cohort,
    mentor.cohort as mentor_cohort,
    applicant.cohort is not null as is_applicant_mentee,
    applicant.cohort as applicant_cohort
from {{ ref('int_employee_quarter') }} as employee
{% for role in ['mentee', 'mentor', 'applicant'] %}
left join first_joined as {{ role }}
    on
        {{ role }}.role = '{{ role }}'
        and employee.person_id = {{ role }}.person_id
        and {{ role }}.since <= employee.period_end
{% endfor %}
