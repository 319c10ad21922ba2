{{ config(materialized=var('light_models', 'ephemeral')) }}

{# Meetings, group meetings, follow-up, leadership's part and adjustments, up to as_of. Hours are counted in hundredths:
   the denominator turns them into hours. #}
{% set as_of = sql_date(var('as_of')) %}
with pair_month as (
    select
        cohort,
        count(*) as n_pair_months,
        sum(n_meetings) as n_meetings_in_months,
        count(distinct mentee_person_id) + count(distinct mentor_person_id) as n_people_in_months
    from {{ ref('int_pair_month') }}
    group by cohort
),

meeting as (
    select
        cohort,
        count(*) as n_meetings,
        sum(minutes) as minutes,
        count(distinct mentee_person_id) + count(distinct mentor_person_id) as n_people_met
    from {{ ref('int_meeting') }}
    group by cohort
),

group_meeting as (
    select
        cohort,
        count(distinct group_meeting_id) as n_group_meetings,
        count(*) as n_group_invited,
        count(distinct person_id) as n_group_people,
        sum({{ one_if('is_present') }}) as n_group_present,
        count(distinct case when is_present then person_id end) as n_group_people_present,
        sum({{ one_if('is_present and has_prepared') }}) as n_group_prepared,
        sum(case when is_present then new_contacts else 0 end) as n_new_contacts
    from {{ ref('stg_programme__group_attendance') }}
    where held_on <= {{ as_of }}
    group by cohort
),

follow_up as (
    select
        cohort,
        count(*) as n_follow_ups,
        count(distinct person_id) as n_follow_up_people,
        sum({{ one_if('has_given_feedback') }}) as n_feedback
    from {{ ref('stg_programme__follow_up_meeting') }}
    where held_on <= {{ as_of }}
    group by cohort
),

leadership as (
    select
        cohort,
        count(distinct person_id) as n_leaders,
        count(distinct case when activity = 'attendance' then person_id end) as n_leaders_attending,
        count(distinct case when activity = 'sponsor' then person_id end) as n_sponsors,
        sum({{ one_if("activity = 'review'") }}) as n_reviews,
        count(distinct case when activity = 'review' then person_id end) as n_reviewers,
        sum(hours_budgeted) * 100 as budgeted_hundredths,
        sum(hours_used) * 100 as used_hundredths
    from {{ ref('stg_programme__leadership') }}
    where held_on <= {{ as_of }}
    group by cohort
),

adjustment as (
    select
        cohort,
        count(*) as n_adjustments,
        sum({{ one_if("result <> 'pending'") }}) as n_followed_up,
        sum({{ one_if("result = 'improved'") }}) as n_improved
    from {{ ref('stg_programme__adjustment') }}
    where decided_on <= {{ as_of }}
    group by cohort
),

per_cohort as (
    select
        cohort.cohort as cohort,
        pair_month.n_pair_months,
        pair_month.n_meetings_in_months,
        pair_month.n_people_in_months,
        meeting.n_meetings,
        meeting.minutes,
        meeting.n_people_met,
        group_meeting.n_group_meetings,
        group_meeting.n_group_invited,
        group_meeting.n_group_people,
        group_meeting.n_group_present,
        group_meeting.n_group_people_present,
        group_meeting.n_group_prepared,
        group_meeting.n_new_contacts,
        follow_up.n_follow_ups,
        follow_up.n_follow_up_people,
        follow_up.n_feedback,
        leadership.n_leaders,
        leadership.n_leaders_attending,
        leadership.n_sponsors,
        leadership.n_reviews,
        leadership.n_reviewers,
        leadership.budgeted_hundredths,
        leadership.used_hundredths,
        adjustment.n_adjustments,
        adjustment.n_followed_up,
        adjustment.n_improved
    from {{ ref('int_cohort') }} as cohort
    left join pair_month on cohort.cohort = pair_month.cohort
    left join meeting on cohort.cohort = meeting.cohort
    left join group_meeting on cohort.cohort = group_meeting.cohort
    left join follow_up on cohort.cohort = follow_up.cohort
    left join leadership on cohort.cohort = leadership.cohort
    left join adjustment on cohort.cohort = adjustment.cohort
    where cohort.is_matched
)

{{ unpivot_metrics('per_cohort', [
    ('meetings', 'n_meetings', '1', 'n_people_met', 'count'),
    ('meeting_minutes', 'minutes', '1', 'n_people_met', 'minutes'),
    ('meetings_per_pair_month', 'n_meetings_in_months', 'n_pair_months', 'n_people_in_months', 'mean'),
    ('group_meetings', 'n_group_meetings', '1', 'n_group_people', 'count'),
    ('group_attendance_share', 'n_group_present', 'n_group_invited', 'n_group_people', 'share'),
    ('group_prepared_share', 'n_group_prepared', 'n_group_present', 'n_group_people_present', 'share'),
    ('new_contacts', 'n_new_contacts', '1', 'n_group_people_present', 'count'),
    ('follow_up_meetings', 'n_follow_ups', '1', 'n_follow_up_people', 'count'),
    ('follow_up_feedback_share', 'n_feedback', 'n_follow_ups', 'n_follow_up_people', 'share'),
    ('leaders_attending', 'n_leaders_attending', '1', 'n_leaders_attending', 'count'),
    ('sponsor_present', 'case when n_sponsors > 0 then 1 else 0 end', '1', 'n_sponsors', 'count'),
    ('leadership_reviews', 'n_reviews', '1', 'n_reviewers', 'count'),
    ('hours_budgeted', 'budgeted_hundredths', '100', 'n_leaders', 'hours'),
    ('hours_used', 'used_hundredths', '100', 'n_leaders', 'hours'),
    ('hours_used_share', 'used_hundredths', 'budgeted_hundredths', 'n_leaders', 'share'),
    ('adjustments_decided', 'n_adjustments', '1', '0', 'count'),
    ('adjustments_improved_share', 'n_improved', 'n_followed_up', '0', 'share'),
]) }}
