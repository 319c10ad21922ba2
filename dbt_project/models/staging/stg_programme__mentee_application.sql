select
    application_id,
    cohort,
    person_id,
    applied_on,
    channel,
    has_consented,
    goals,
    skills_wanted,
    interests,
    languages,
    meeting_mode,
    preferred_mentors
from {{ current_rows('programme', 'mentee_application', ['cohort', 'person_id']) }} as r
