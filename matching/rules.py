"""Hard rules: who may take part in the matching at all, and which pairs are never proposed, whatever their score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.profiles import Role, indicators, listed, same
from programme.config import Cohort, Override, Programme, Rules

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class PersonalRule:
    """A demand on one applicant: `code`, English message (a gettext id), and whom it turns away."""

    code: str
    message: str
    applies: Callable[[Programme], bool]
    forbids: Callable[[pd.DataFrame, Cohort], pd.Series]


def _always(_: Programme) -> bool:
    return True


def _late(people: pd.DataFrame, cohort: Cohort) -> pd.Series:
    return people["applied_on"].map(lambda day: pd.notna(day) and day > cohort.applications_close).astype(bool)


_ANYONE = (
    PersonalRule("no_consent", "Has not consented to take part.", _always, lambda p, c: ~p["has_consented"]),
    PersonalRule("late_application", "Applied after the last day of applications.", _always, _late),
    PersonalRule("not_eligible", "Does not meet the programme's conditions for taking part.", _always,
                 lambda p, c: ~p["is_eligible"]),
)  # fmt: skip

PERSONAL_RULES: dict[Role, tuple[PersonalRule, ...]] = {
    "mentee": _ANYONE,
    "mentor": (
        *_ANYONE,
        PersonalRule("not_interviewed", "The mentor interview is not approved.",
                     lambda p: p.matching.rules.mentor_interviewed, lambda p, c: ~p["is_interviewed"]),
        PersonalRule("not_trained", "Has not completed the required mentor training.",
                     lambda p: any(t.required for t in p.training), lambda p, c: ~p["is_trained"]),
        PersonalRule("no_capacity", "Has no place for a mentee.", _always, lambda p, c: p["capacity"] <= 0),
    ),
}  # fmt: skip


def turned_away(people: pd.DataFrame, role: Role, programme: Programme, cohort: Cohort) -> list[list[PersonalRule]]:
    """For each applicant the rules that turn them away, in the order of PERSONAL_RULES; empty: may be matched."""
    out: list[list[PersonalRule]] = [[] for _ in range(len(people))]
    for rule in PERSONAL_RULES[role]:
        if rule.applies(programme):
            for row in np.flatnonzero(rule.forbids(people, cohort)):
                out[row].append(rule)
    return out


@dataclass(frozen=True)
class PairRule:
    """A demand on a pair: `code`, English message (a gettext id), whether it is on, and which pairs it forbids."""

    code: str
    message: str
    applies: Callable[[Rules], bool]
    forbids: Callable[[pd.DataFrame, pd.DataFrame, Rules], Mask]


def _himself(a: pd.DataFrame, b: pd.DataFrame, _: Rules) -> Mask:
    return same(a["person_id"], b["person_id"])


def _chain(a: pd.DataFrame, b: pd.DataFrame, _: Rules) -> Mask:
    def with_manager(people: pd.DataFrame) -> pd.Series:
        both = [
            (*chain, *([m] if m else []))
            for chain, m in zip(people["management_chain"], people["manager_person_id"], strict=True)
        ]
        return pd.Series(both, dtype=object)

    above = listed(with_manager(a), b["person_id"]) > 0
    below = listed(with_manager(b), a["person_id"]).T > 0
    return above | below


def _no_common_language(a: pd.DataFrame, b: pd.DataFrame, _: Rules) -> Mask:
    left, right = indicators(a["languages"], b["languages"])
    return (left @ right.T) == 0


def _is(people: pd.DataFrame, mode: str) -> Mask:
    return (people["meeting_mode"] == mode).to_numpy(dtype=bool)


def _modes_apart(a: pd.DataFrame, b: pd.DataFrame, _: Rules) -> Mask:
    return (_is(a, "in_person")[:, None] & _is(b, "remote")) | (_is(a, "remote")[:, None] & _is(b, "in_person"))


def _places_apart(a: pd.DataFrame, b: pd.DataFrame, _: Rules) -> Mask:
    meets_in_person = _is(a, "in_person")[:, None] | _is(b, "in_person")[None, :]
    return meets_in_person & ~same(a["location"], b["location"])


def _level_gap(a: pd.DataFrame, b: pd.DataFrame, rules: Rules) -> Mask:
    gap = b["level"].to_numpy()[None, :] - a["level"].to_numpy()[:, None]
    # Written so that an unknown level (nan) is forbidden: a required rule that cannot be checked is not met.
    return ~((gap >= rules.min_level_gap) & (gap <= rules.max_level_gap))


PAIR_RULES: tuple[PairRule, ...] = (
    PairRule("himself", "Nobody is their own mentor.", lambda r: True, _himself),
    PairRule("not_own_manager", "The mentor is in the mentee's management chain, above or below.",
             lambda r: r.not_own_manager, _chain),
    PairRule("not_same_manager", "Both have the same manager.", lambda r: r.not_same_manager,
             lambda a, b, r: same(a["manager_person_id"], b["manager_person_id"])),
    PairRule("not_same_team", "Both work in the same unit.", lambda r: r.not_same_team,
             lambda a, b, r: same(a["organisation_id"], b["organisation_id"])),
    PairRule("common_language", "They have no language in common.", lambda r: r.common_language, _no_common_language),
    PairRule("meeting_mode", "One meets only in person, the other only remotely.", lambda r: r.meeting_mode,
             _modes_apart),
    PairRule("same_location", "They would meet in person, but work in different places.",
             lambda r: r.same_location_if_in_person, _places_apart),
    PairRule("level_gap", "The difference in level is outside the limits, or unknown.", lambda r: True, _level_gap),
)  # fmt: skip
FORBIDDEN = PairRule("forbidden_pair", "The programme office has ruled this pair out.", lambda r: True,
                     lambda a, b, r: np.zeros((len(a), len(b)), bool))  # fmt: skip


def forbidden(mentees: pd.DataFrame, mentors: pd.DataFrame, rules: Rules, overrides: list[Override]) -> dict[str, Mask]:
    """For each rule that is on, the (mentees x mentors) pairs that it forbids. `overrides`: those in force."""
    out = {rule.code: rule.forbids(mentees, mentors, rules) for rule in PAIR_RULES if rule.applies(rules)}
    ruled_out = np.zeros((len(mentees), len(mentors)), bool)
    row_of = {p: k for k, p in enumerate(mentees["person_id"])}
    column_of = {p: k for k, p in enumerate(mentors["person_id"])}
    for o in overrides:
        # Who has withdrawn since cannot be proposed anyway, so an unknown person is no error here.
        if o.kind == "forbid" and o.mentee_person_id in row_of and o.mentor_person_id in column_of:
            ruled_out[row_of[o.mentee_person_id], column_of[o.mentor_person_id]] = True
    return out | {FORBIDDEN.code: ruled_out}


def in_force(overrides: tuple[Override, ...], cohort: str, on: dt.date) -> list[Override]:
    """Overrides of a cohort that have not expired on a day; each decision once, in a fixed order."""
    valid = {(o.kind, o.mentee_person_id, o.mentor_person_id): o for o in overrides
             if o.cohort == cohort and (o.expires_on is None or o.expires_on >= on)}  # fmt: skip
    return [valid[key] for key in sorted(valid)]
