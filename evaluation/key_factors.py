"""key_factor: the ten key factors of the programme guide, measured from the first day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluation.facts import Fact, Facts, share
from evaluation.intervals import Interval
from evaluation.tables import TOTAL
from programme.config import Programme
from programme.period import Period

FACTORS = ("leadership", "clarity", "long_view", "recruitment", "culture", "networking", "mentor_training", "follow_up",
           "outcomes", "adjustment")  # fmt: skip

# factor, indicator, the operational fact that it shows as it is
_AS_RECORDED = (
    ("leadership", "leaders_who_mentor_share", "leaders_who_mentor_share"),
    ("leadership", "hours_used_share", "hours_used_share"),
    ("leadership", "hours_used", "hours_used"),
    ("leadership", "hours_budgeted", "hours_budgeted"),
    ("clarity", "kickoff_share", "kickoff_share"),
    ("clarity", "goals_agreed_share", "goals_agreed_share"),
    ("clarity", "milestones_reached_share", "milestones_reached_share"),
    ("long_view", "meetings_per_pair_month", "meetings_per_pair_month"),
    ("recruitment", "volunteer_share", "channel_self_share"),
    ("recruitment", "manager_share", "channel_manager_share"),
    ("recruitment", "hr_share", "channel_hr_share"),
    ("networking", "group_meetings", "group_meetings"),
    ("networking", "group_attendance_share", "group_attendance_share"),
    ("networking", "prepared_share", "group_prepared_share"),
    ("mentor_training", "inclusion_share", "trained_mentor_share_inclusion"),
    ("mentor_training", "mentoring_technique_share", "trained_mentor_share_mentoring_technique"),
    ("mentor_training", "trained_mentor_share", "trained_mentor_share"),
    ("follow_up", "feedback_share", "follow_up_feedback_share"),
    ("adjustment", "adjustments", "adjustments_decided"),
    ("adjustment", "adjustments_improved_share", "adjustments_improved_share"),
)
# The fact whose figure an indicator repeats: disclosure control treats the two as one cell.
RECORDED_AS = {(factor, indicator): metric for factor, indicator, metric in _AS_RECORDED}
_SCALES = (("culture", "psychological_safety"), ("culture", "belonging"), ("outcomes", "wellbeing"),
           ("outcomes", "career_satisfaction"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """What the key factors are drawn from; `survey` is the finished survey_scale table."""

    frames: Mapping[str, pd.DataFrame]
    facts: Facts
    survey: pd.DataFrame
    programme: Programme
    period: Period


def key_factors(given: Sources) -> Iterator[dict[str, Any]]:
    """Rows of key_factor by cohort and in total; a factor that nobody has recorded has one row without a figure."""
    started = [c.name for c in given.programme.cohorts if c.match_on <= given.period.end]
    for cohort in (*started, TOTAL):
        rows = list(_of_cohort(given, cohort))
        yield from rows
        for factor in sorted(set(FACTORS) - {row["factor"] for row in rows}):
            yield {"cohort": cohort, "factor": factor, "indicator": "not_recorded", "month": "", "unit": "count"}


def _of_cohort(given: Sources, cohort: str) -> Iterator[dict[str, Any]]:
    def row(factor: str, indicator: str, fact: Fact | None, month: str = "") -> Iterator[dict[str, Any]]:
        if fact is not None:
            yield fact.row(cohort=cohort, factor=factor, indicator=indicator, month=month)

    for factor, indicator, metric in _AS_RECORDED:
        yield from row(factor, indicator, given.facts.get(cohort, metric))
    for factor, indicator, derive in _DERIVED:
        yield from row(factor, indicator, derive(given, cohort))
    yield from (
        r for month, fact in _pairs_meeting(given, cohort) for r in row("long_view", "pairs_meeting_share", fact, month)
    )
    for factor, scale in _SCALES:
        yield from row(factor, scale, _scale_mean(given, cohort, scale))
    for indicator, flag in (("promotion_share", "is_promoted"), ("voluntary_turnover_share", "has_left_voluntarily")):
        yield from row("outcomes", indicator, mentee_share(given.frames, cohort, given.period, flag))


def _sponsor(given: Sources, cohort: str) -> Fact:
    return Fact(1.0 if given.programme.leadership.sponsor_title.strip() else 0.0, None, "count")


def _ratio(over: tuple[str, str], under: tuple[str, str], unit: str) -> Callable[[Sources, str], Fact | None]:
    """A ratio of parts of two facts, each named as (metric, part); behind it stand the people of the second."""

    def derive(given: Sources, cohort: str) -> Fact | None:
        first, second = given.facts.get(cohort, over[0]), given.facts.get(cohort, under[0])
        if first is None or second is None:
            return None
        numerator, denominator = getattr(first, over[1]) or 0.0, getattr(second, under[1]) or 0.0
        people = second.n
        if unit == "share" and people is not None and people == denominator and 0 <= numerator <= denominator:
            return share(numerator, denominator)
        return Fact(numerator / denominator if denominator > 0 else float("nan"), people, unit)

    return derive


def _leader_attendance(given: Sources, cohort: str) -> Fact | None:
    activity = given.frames["programme_activity"]
    own = activity if cohort == TOTAL else activity[activity["cohort"] == cohort]
    events = own[own["activity"] == "leadership_attendance"]
    return None if events.empty else Fact(float(events["n_events"].sum()), None, "events")


def _improved(given: Sources, cohort: str) -> Fact | None:
    own = given.frames["adjustment"]
    own = own if cohort == TOTAL else own[own["cohort"] == cohort]
    return None if own.empty else Fact(float((own["result"] == "improved").sum()), None, "count")


def _comment_share(given: Sources, cohort: str) -> Fact | None:
    """Of those who answered the participants' surveys in the period, how many wrote a comment."""
    answered, wrote = (
        f[(f["period"] == given.period.label) & f["role"].isin(["mentee", "mentor"])]
        for f in (given.frames["survey_answer"], given.frames["comment"])
    )
    answered = answered[answered["is_complete"]]
    if cohort != TOTAL:
        answered, wrote = answered[answered["cohort"] == cohort], wrote[wrote["cohort"] == cohort]
    people = set(zip(answered["survey_id"], answered["response_id"], strict=True))
    if not people:
        return None
    wrote = wrote[wrote["comment"].str.strip() != ""]
    return share(
        float(len(people & set(zip(wrote["survey_id"], wrote["response_id"], strict=True)))), float(len(people))
    )


_MILESTONES_AGREED = _ratio(("milestones_agreed", "n"), ("goals_agreed_share", "denominator"), "share")
_CONTACTS = _ratio(("new_contacts", "value"), ("new_contacts", "n"), "mean")
_FOLLOWED_UP = _ratio(("follow_up_meetings", "n"), ("kickoff_share", "denominator"), "share")
_DERIVED: tuple[tuple[str, str, Callable[[Sources, str], Fact | None]], ...] = (
    ("leadership", "sponsor_named", _sponsor),
    ("leadership", "leader_attendances", _leader_attendance),
    ("clarity", "milestones_agreed_share", _MILESTONES_AGREED),
    ("networking", "new_contacts_per_person", _CONTACTS),
    ("follow_up", "follow_up_share", _FOLLOWED_UP),
    ("culture", "comment_share", _comment_share),
    ("adjustment", "adjustments_improved", _improved),
)


def _scale_mean(given: Sources, cohort: str, scale: str) -> Fact | None:
    """The mentees' mean, as in survey_scale."""
    rows = given.survey
    rows = rows[
        (rows["cohort"] == cohort)
        & (rows["role"] == "mentee")
        & (rows["scale"] == scale)
        & (rows["statistic"] == "mean")
    ]
    if rows.empty:
        return None
    row = rows.iloc[0]
    return Fact(float(row["value"]), float(row["n"]), "points", Interval(float(row["low"]), float(row["high"])))


def _pairs_meeting(given: Sources, cohort: str) -> Iterator[tuple[str, Fact]]:
    """Of all pairs, those who met in a month or later, by month M01..M12 of the mentorship.

    A running cohort's last month is left out: who has not met in it may yet go on.
    """
    frame = given.frames["pair_month"]
    parts = []
    for one in given.programme.cohorts if cohort == TOTAL else [given.programme.cohort(cohort)]:
        own = frame[frame["cohort"] == one.name]
        months = sorted(set(own["month"]))
        if not months:
            continue
        number = own["month"].map({month: i + 1 for i, month in enumerate(months)}).astype(int)
        pairs = own.assign(number=number.where(own["n_meetings"] > 0, 0))
        last = pairs.groupby(["mentee_person_id", "mentor_person_id"])["number"].max().to_numpy()
        shown = len(months) if one.ends_on <= given.period.end else len(months) - 1
        parts.append((last, min(shown, 12)))
    for i in (
        range(1, min((shown for _, shown in parts), default=0) + 1)
        if cohort == TOTAL
        else range(1, max((shown for _, shown in parts), default=0) + 1)
    ):
        yield (
            f"M{i:02d}",
            share(float(sum((last >= i).sum() for last, _ in parts)), float(sum(len(last) for last, _ in parts))),
        )


def mentee_share(frames: Mapping[str, pd.DataFrame], cohort: str, period: Period, flag: str) -> Fact | None:
    """Of the matched mentees employed in the quarter, those to whom something happened in it."""
    people = frames["participant"]
    people = people[(people["role"] == "mentee") & people["is_matched"]]
    people = people if cohort == TOTAL else people[people["cohort"] == cohort]
    now = frames["panel"]
    now = now[(now["period"] == period.label) & now["person_id"].isin(set(people["person_id"]))]
    return None if now.empty else share(float(now[flag].sum()), float(len(now)))
