{{ config(materialized=var('light_models', 'ephemeral')) }}

{# Who applied, through which channel, who was matched, and who of the mentors leads. The matched count as available
   even where a later correction of the HRIS takes their eligibility away: shares stay below 1. #}
with participant as (
    select participant.*
    from {{ ref('int_participant') }} as participant
    inner join {{ ref('int_cohort') }} as cohort on participant.cohort = cohort.cohort and cohort.is_matched
),

counted as (
    select
        cohort,
        count(*) as n_applications,
        {% for role in ['mentee', 'mentor'] %}
        sum({{ one_if("role = '" ~ role ~ "'") }}) as n_{{ role }}_applicants,
        sum({{ one_if("role = '" ~ role ~ "' and is_eligible") }}) as n_{{ role }}_eligible,
        sum({{ one_if("role = '" ~ role ~ "' and is_matched") }}) as n_{{ role }}_matched,
        sum({{ one_if("role = '" ~ role ~ "' and (is_matched or (is_eligible and has_consented))") }}) as n_{{ role }}_available,
        {% endfor %}
        {% for channel in ['self', 'manager', 'hr'] %}
        sum({{ one_if("channel = '" ~ channel ~ "'") }}) as n_{{ channel }},
        {% endfor %}
        sum({{ one_if("role = 'mentor' and is_matched and level >= " ~ var('leader_level')) }}) as n_leading_mentors,
        sum(case when role = 'mentor' and (is_matched or (is_eligible and has_consented)) then capacity else 0 end) as n_places,
        sum(case when role = 'mentor' and is_matched then n_pairs else 0 end) as n_pairs
    from participant
    group by cohort
),

per_cohort as (
    select
        cohort.cohort as cohort,
        counted.n_applications,
        {% for role in ['mentee', 'mentor'] %}
        counted.n_{{ role }}_applicants,
        counted.n_{{ role }}_eligible,
        counted.n_{{ role }}_matched,
        counted.n_{{ role }}_available,
        {% endfor %}
        counted.n_self,
        counted.n_manager,
        counted.n_hr,
        counted.n_leading_mentors,
        counted.n_places,
        counted.n_pairs
    from {{ ref('int_cohort') }} as cohort
    left join counted on cohort.cohort = counted.cohort
    where cohort.is_matched
)

{{ unpivot_metrics('per_cohort', [
    ('mentee_applicants', 'n_mentee_applicants', '1', 'n_mentee_applicants', 'count'),
    ('mentor_applicants', 'n_mentor_applicants', '1', 'n_mentor_applicants', 'count'),
    ('mentees_eligible', 'n_mentee_eligible', '1', 'n_mentee_eligible', 'count'),
    ('mentors_eligible', 'n_mentor_eligible', '1', 'n_mentor_eligible', 'count'),
    ('mentees_matched', 'n_mentee_matched', '1', 'n_mentee_matched', 'count'),
    ('mentors_used', 'n_mentor_matched', '1', 'n_mentor_matched', 'count'),
    ('pairs', 'n_pairs', '1', 'n_mentee_matched + n_mentor_matched', 'count'),
    ('match_share', 'n_mentee_matched', 'n_mentee_available', 'n_mentee_available', 'share'),
    ('mentor_capacity', 'n_places', '1', 'n_mentor_available', 'count'),
    ('mentor_capacity_used_share', 'n_pairs', 'n_places', 'n_mentor_available', 'share'),
    ('channel_self_share', 'n_self', 'n_applications', 'n_applications', 'share'),
    ('channel_manager_share', 'n_manager', 'n_applications', 'n_applications', 'share'),
    ('channel_hr_share', 'n_hr', 'n_applications', 'n_applications', 'share'),
    ('leaders_who_mentor', 'n_leading_mentors', '1', 'n_leading_mentors', 'count'),
    ('leaders_who_mentor_share', 'n_leading_mentors', 'n_mentor_matched', 'n_mentor_matched', 'share'),
]) }}
