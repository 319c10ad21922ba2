select
    organisation_id,
    organisation_name,
    nullif(superior_id, '') as superior_id,
    nullif(cost_centre, '') as cost_centre
from {{ current_rows('hris', 'organisation', ['organisation_id']) }} as r
