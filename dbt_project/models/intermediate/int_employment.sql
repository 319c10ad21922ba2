{# When each employment row really ended: at its own end, the day before its successor, or with the person's termination,
   whichever came first. Rows that begin after a termination belong to a rehire and are left alone. #}
with employment as (
    select
        *,
        lead(effective_date) over (
            partition by person_id, employment_id order by effective_date asc nulls last
        ) as succeeded_on
    from {{ ref('stg_hris__employment') }}
    where person_id is not null and effective_date is not null
),

terminated as (
    select
        employment.employment_id,
        employment.effective_date,
        min(termination.termination_date) as termination_date
    from employment
    inner join {{ ref('stg_hris__termination') }} as termination
        on
            employment.person_id = termination.person_id
            and employment.effective_date <= termination.termination_date
    group by employment.employment_id, employment.effective_date
),

ended as (
    select
        employment.*,
        least(
            coalesce(employment.end_date, cast('9999-12-31' as date)),
            coalesce(employment.succeeded_on - 1, cast('9999-12-31' as date)),
            coalesce(terminated.termination_date, cast('9999-12-31' as date))
        ) as ends_on
    from employment
    left join terminated
        on
            employment.employment_id = terminated.employment_id
            and employment.effective_date = terminated.effective_date
),

ordered as (
    select
        *,
        max(ends_on) over (
            partition by person_id
            order by effective_date asc nulls last, {{ by_bytes('employment_id') }} asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from ended
    where ends_on >= effective_date
)

select
    person_id,
    employment_id,
    effective_date,
    ends_on,
    employment_type,
    job_family,
    level,
    pay_band,
    full_time_equivalent,
    organisation_id,
    manager_person_id,
    cast(
        sum({{ one_if('covered_until is null or effective_date > covered_until + ' ~ (var('continuity_days') + 1)) }}) over (
            partition by person_id
            order by effective_date asc nulls last, {{ by_bytes('employment_id') }} asc nulls last
            rows between unbounded preceding and current row
        ) as integer
    ) as spell_number
from ordered
