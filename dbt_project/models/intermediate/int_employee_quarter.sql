{# One row for each person and quarter with at least one day of employment. The row describes the last day on which the
   person was employed in the quarter. What changed is measured against the quarter before, within the same spell of
   employment; in a spell's first quarter, against the day of entry: a new hire is neither promoted nor moved. #}
{% set main_first -%}
    full_time_equivalent desc nulls last, effective_date desc nulls last, {{ by_bytes('employment_id') }} asc nulls last
{%- endset %}
{% set entry -%}
    over (
            partition by person_id, period, spell_number
            order by seen_from asc nulls last, {{ main_first }}
            rows between unbounded preceding and unbounded following
        )
{%- endset %}
with seen as (
    select
        employment.*,
        quarter.period,
        quarter.period_start,
        quarter.period_end,
        quarter.is_reported,
        greatest(employment.effective_date, quarter.period_start) as seen_from,
        least(employment.ends_on, quarter.period_end) as seen_until
    from {{ ref('int_employment') }} as employment
    inner join {{ ref('int_quarter') }} as quarter
        on employment.effective_date <= quarter.period_end and employment.ends_on >= quarter.period_start
),

ranked as (
    select
        *,
        first_value(level) {{ entry }} as entry_level,
        first_value(organisation_id) {{ entry }} as entry_organisation_id,
        first_value(job_family) {{ entry }} as entry_job_family,
        row_number() over (
            partition by person_id, period order by seen_until desc nulls last, {{ main_first }}
        ) as main_rank
    from seen
),

main as (
    select
        *,
        lag(spell_number) over (partition by person_id order by period_start asc nulls last) as last_spell_number,
        lag(level) over (partition by person_id order by period_start asc nulls last) as last_level,
        lag(organisation_id) over (partition by person_id order by period_start asc nulls last) as last_organisation_id,
        lag(job_family) over (partition by person_id order by period_start asc nulls last) as last_job_family
    from ranked
    where main_rank = 1
),

compared as (
    select
        *,
        case when spell_number = last_spell_number then last_level else entry_level end as level_before,
        case when spell_number = last_spell_number then last_organisation_id else entry_organisation_id end
            as organisation_before,
        case when spell_number = last_spell_number then last_job_family else entry_job_family end as job_family_before,
        row_number() over (partition by person_id order by period_start asc nulls last) as n_quarters_observed
    from main
    where is_reported
),

manager as (
    select distinct period, manager_person_id from main where manager_person_id is not null
),

departure as (
    select
        spell.person_id,
        quarter.period,
        max(spell.ends_on) as left_on,
        max({{ one_if("spell.reason_category = 'voluntary'") }}) as n_voluntary
    from {{ ref('int_employment_spell') }} as spell
    inner join {{ ref('int_quarter') }} as quarter
        on spell.ends_on >= quarter.period_start and spell.ends_on <= quarter.period_end
    group by spell.person_id, quarter.period
),

parental as (
    select distinct
        compared.person_id,
        compared.period
    from compared
    inner join {{ ref('stg_hris__leave') }} as absence
        on
            compared.person_id = absence.person_id
            and absence.leave_type = 'parental'
            and absence.start_date <= compared.seen_until
            and (absence.end_date is null or absence.end_date >= compared.seen_until)
),

hired as (
    select
        person_id,
        min(effective_date) as first_effective_date
    from {{ ref('int_employment') }}
    group by person_id
),

described as (
    select
        compared.*,
        organisation.division_id,
        employee.location,
        employee.sex,
        cast(extract(year from compared.period_end) as integer) - employee.birth_year as age,
        case
            when employee.hire_date <= compared.period_end then employee.hire_date
            when employee.original_hire_date <= compared.period_end then employee.original_hire_date
            else hired.first_effective_date
        end as service_start,
        manager.manager_person_id is not null as is_manager,
        parental.person_id is not null as is_on_parental_leave,
        departure.person_id is not null as has_left,
        departure.left_on,
        coalesce(departure.n_voluntary, 0) > 0 as has_left_voluntarily
    from compared
    inner join hired on compared.person_id = hired.person_id
    left join {{ ref('stg_hris__employee') }} as employee on compared.person_id = employee.person_id
    left join {{ ref('int_organisation') }} as organisation on compared.organisation_id = organisation.organisation_id
    left join manager on compared.period = manager.period and compared.person_id = manager.manager_person_id
    left join parental on compared.period = parental.period and compared.person_id = parental.person_id
    left join departure on compared.period = departure.period and compared.person_id = departure.person_id
)

select
    person_id,
    period,
    period_start,
    period_end,
    organisation_id,
    division_id,
    job_family,
    level,
    pay_band,
    location,
    sex,
    case
        when age is null then null
        when age <= 29 then '-29'
        when age <= 39 then '30-39'
        when age <= 49 then '40-49'
        when age <= 59 then '50-59'
        else '60-'
    end as age_band,
    {{ full_years('service_start', 'period_end') }} as tenure_years,
    full_time_equivalent,
    employment_type,
    manager_person_id,
    is_manager,
    seen_until = period_end as is_active,
    is_on_parental_leave,
    has_left,
    left_on,
    has_left_voluntarily,
    level > level_before as is_promoted,
    organisation_id <> organisation_before or job_family <> job_family_before as is_moved,
    cast(n_quarters_observed as integer) as n_quarters_observed
from described
