select
    person_id,
    sex,
    cast(birth_year as integer) as birth_year,
    hire_date,
    original_hire_date,
    location
from {{ current_rows('hris', 'employee', ['person_id']) }} as r
