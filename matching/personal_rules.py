"""Demands on one applicant: who may take part in the matching at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.profiles import Role
from programme.config import Cohort, Programme


@dataclass(frozen=True)
class PersonalRule:
    """A demand on one applicant: `code`, English message (a gettext id), whether it is on, and whom it turns away."""

    code: str
    message: str
    applies: Callable[[Programme], bool]
    forbids: Callable[[pd.DataFrame, Programme, Cohort], pd.Series]


def _always(_: Programme) -> bool:
    return True


def _late(people: pd.DataFrame, _: Programme, cohort: Cohort) -> pd.Series:
    return people["applied_on"].map(lambda day: pd.notna(day) and day > cohort.applications_close).astype(bool)


def _unwilling(people: pd.DataFrame, _: Programme, cohort: Cohort) -> pd.Series:
    # An optional column: without it, to apply is to be willing.
    return ~people["is_willing"] if "is_willing" in people else pd.Series(False, index=people.index)


def _too_new(people: pd.DataFrame, programme: Programme, _: Cohort) -> pd.Series:
    # Written so that unknown years (nan) are too few: a demand that cannot be checked is not met.
    return ~(people["tenure_years"] >= programme.matching.rules.experience_years)


_ANYONE = (
    PersonalRule("no_consent", "Has not consented to take part.", _always, lambda p, _, c: ~p["has_consented"]),
    PersonalRule("late_application", "Applied after the last day of applications.", _always, _late),
    PersonalRule("not_eligible", "Does not meet the programme's conditions for taking part.", _always,
                 lambda p, _, c: ~p["is_eligible"]),
    PersonalRule("willingness", "Does not want to take part in this round.", _always, _unwilling),
)  # fmt: skip

PERSONAL_RULES: dict[Role, tuple[PersonalRule, ...]] = {
    "mentee": _ANYONE,
    "mentor": (
        *_ANYONE,
        PersonalRule("not_interviewed", "The mentor interview is not approved.",
                     lambda p: p.matching.rules.mentor_interviewed, lambda p, _, c: ~p["is_interviewed"]),
        PersonalRule("not_trained", "Has not completed the required mentor training.",
                     lambda p: any(t.required for t in p.training), lambda p, _, c: ~p["is_trained"]),
        PersonalRule("experience_years", "Has been employed for fewer years than mentors must have, or it is unknown.",
                     lambda p: p.matching.rules.experience_years is not None, _too_new),
        PersonalRule("no_capacity", "Has no place for a mentee.", _always, lambda p, _, c: p["capacity"] <= 0),
    ),
}  # fmt: skip


def turned_away(people: pd.DataFrame, role: Role, programme: Programme, cohort: Cohort) -> list[list[PersonalRule]]:
    """For each applicant the rules that turn them away, in the order of PERSONAL_RULES; empty: may be matched."""
    out: list[list[PersonalRule]] = [[] for _ in range(len(people))]
    for rule in PERSONAL_RULES[role]:
        if rule.applies(programme):
            for row in np.flatnonzero(rule.forbids(people, programme, cohort)):
                out[row].append(rule)
    return out
