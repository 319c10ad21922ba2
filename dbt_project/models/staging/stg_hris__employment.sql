select
    person_id,
    employment_id,
    effective_date,
    end_date,
    employment_type,
    job_title,
    job_family,
    cast(level as integer) as level,
    cast(pay_band as integer) as pay_band,
    {{ decimal('full_time_equivalent', 4, 2) }} as full_time_equivalent,
    organisation_id,
    manager_person_id,
    end_reason
from {{ current_rows('hris', 'employment', ['employment_id', 'effective_date']) }} as r
