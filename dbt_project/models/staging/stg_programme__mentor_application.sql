select
    application_id,
    cohort,
    person_id,
    applied_on,
    channel,
    has_consented,
    cast(capacity as integer) as capacity,
    goals,
    skills_offered,
    interests,
    languages,
    meeting_mode,
    is_interviewed
from {{ current_rows('programme', 'mentor_application', ['cohort', 'person_id']) }} as r
