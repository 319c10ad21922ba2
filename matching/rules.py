"""Hard rules: who may take part in the matching at all, and which pairs are never proposed, whatever their score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import components as of
from matching.encoding import links, ranks, same, sets
from matching.errors import MatchingError
from matching.personal_rules import PERSONAL_RULES, PersonalRule, turned_away
from matching.selection import Formula, Selection
from programme.config import Conflict, Matching, Override, Rules

__all__ = ["FORBIDDEN", "PAIR_RULES", "PERSONAL_RULES", "Facts", "PairRule", "PersonalRule", "Standing", "in_force",
           "pair_rules", "turned_away"]  # fmt: skip
Mask = NDArray[np.bool_]
_MOST = 16  # required rules: one bit each of a pair's mask


@dataclass(frozen=True, eq=False)
class Facts:
    """What rules on pairs are judged by, beside the two profiles.

    `decided`: overrides in force. `conflicts`: those that have not expired. `failed`: (mentee, mentor) pseudonyms of
    pairs that ended early in earlier rounds.
    """

    rules: Rules
    decided: tuple[Override, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    failed: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class PairRule:
    """A demand on a pair: `code`, English message (a gettext id), whether it is on, and which pairs it forbids.

    `columns`: those beyond `profiles.columns` that it needs of both roles' profiles.
    """

    code: str
    message: str
    applies: Callable[[Rules], bool]
    forbids: Callable[[pd.DataFrame, pd.DataFrame, Facts], Formula]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A rule that is in force, with its formula for two frames; `penalty` in millionths, None: it is required."""

    rule: PairRule
    penalty: int | None
    formula: Formula


def _always(_: Rules) -> bool:
    return True


def _chain(a: pd.DataFrame, b: pd.DataFrame, _: Facts) -> Formula:
    def with_manager(people: pd.DataFrame) -> pd.Series:
        both = [
            (*chain, *([m] if m else []))
            for chain, m in zip(people["management_chain"], people["manager_person_id"], strict=True)
        ]
        return pd.Series(both, dtype=object)

    above, below = ranks(with_manager(a), b["person_id"]), ranks(with_manager(b), a["person_id"]).T.tocsr()
    return lambda pairs: (pairs.table(above) > 0) | (pairs.table(below) > 0)


def _no_common_language(a: pd.DataFrame, b: pd.DataFrame, _: Facts) -> Formula:
    languages = sets(a["languages"], b["languages"])
    return lambda pairs: languages.common(pairs) == 0


def _is(people: pd.DataFrame, mode: str) -> Mask:
    return (people["meeting_mode"] == mode).to_numpy(dtype=bool)


def _modes_apart(a: pd.DataFrame, b: pd.DataFrame, _: Facts) -> Formula:
    in_person, remote = ((_is(a, mode), _is(b, mode)) for mode in ("in_person", "remote"))
    return lambda pairs: (
        (pairs.mentee(in_person[0]) & pairs.mentor(remote[1])) | (pairs.mentee(remote[0]) & pairs.mentor(in_person[1]))
    )


def _places_apart(a: pd.DataFrame, b: pd.DataFrame, _: Facts) -> Formula:
    left, right, one_place = _is(a, "in_person"), _is(b, "in_person"), same(a["location"], b["location"])
    return lambda pairs: (pairs.mentee(left) | pairs.mentor(right)) & ~one_place(pairs)


def _level_gap(a: pd.DataFrame, b: pd.DataFrame, facts: Facts) -> Formula:
    below, above = (people["level"].to_numpy(dtype=np.float64) for people in (a, b))
    least, most = facts.rules.min_level_gap, facts.rules.max_level_gap

    def formula(pairs: Selection) -> Mask:
        gap = pairs.mentor(above) - pairs.mentee(below)
        # Written so that an unknown level (nan) is forbidden: a required rule that cannot be checked is not met.
        return ~((gap >= least) & (gap <= most))

    return formula


def _hours_apart(a: pd.DataFrame, b: pd.DataFrame, facts: Facts) -> Formula:
    hours, most = of.hours_apart(a, b), facts.rules.max_time_zone_gap
    return lambda pairs: ~(hours(pairs) <= most)  # unknown (nan) is forbidden, as above


def _linked(
    pairs_of: Callable[[Facts], set[tuple[str, str]]],
) -> Callable[[pd.DataFrame, pd.DataFrame, Facts], Formula]:
    """A rule on pairs named by pseudonym. Who has withdrawn since cannot be proposed anyway: no error here."""

    def forbids(a: pd.DataFrame, b: pd.DataFrame, facts: Facts) -> Formula:
        table = links(pairs_of(facts), a["person_id"], b["person_id"])
        return lambda pairs: pairs.table(table) > 0

    return forbids


def _conflicts(facts: Facts) -> set[tuple[str, str]]:
    one_way = {(c.person_id, c.other_person_id) for c in facts.conflicts}
    return one_way | {(b, a) for a, b in one_way}


PAIR_RULES: tuple[PairRule, ...] = (
    PairRule("himself", "Nobody is their own mentor.", _always, lambda a, b, f: same(a["person_id"], b["person_id"])),
    PairRule("not_own_manager", "The mentor is in the mentee's management chain, above or below.",
             lambda r: r.not_own_manager, _chain),
    PairRule("not_same_manager", "Both have the same manager.", lambda r: r.not_same_manager,
             lambda a, b, f: same(a["manager_person_id"], b["manager_person_id"])),
    PairRule("not_same_team", "Both work in the same unit.", lambda r: r.not_same_team,
             lambda a, b, f: same(a["organisation_id"], b["organisation_id"])),
    PairRule("common_language", "They have no language in common.", lambda r: r.common_language, _no_common_language),
    PairRule("meeting_mode", "One meets only in person, the other only remotely.", lambda r: r.meeting_mode,
             _modes_apart),
    PairRule("same_location", "They would meet in person, but work in different places.",
             lambda r: r.same_location_if_in_person, _places_apart),
    PairRule("level_gap", "The difference in level is outside the limits, or unknown.", _always, _level_gap),
    PairRule("max_time_zone_gap", "Their time zones are too far apart, or unknown.",
             lambda r: r.max_time_zone_gap is not None, _hours_apart, ("time_zone",)),
    PairRule("not_known_to_each_other", "They know each other already.", lambda r: r.not_known_to_each_other,
             lambda a, b, f: of.known(a, b), ("known_people",)),
    PairRule("earlier_failed", "They were a pair in an earlier round that ended early.", lambda r: r.earlier_failed,
             _linked(lambda f: set(f.failed))),
    PairRule("conflict", "The programme office has decided that these two may not meet.", _always,
             _linked(_conflicts)),
)  # fmt: skip
FORBIDDEN = PairRule(
    "forbidden_pair", "The programme office has ruled this pair out.", _always,
    _linked(lambda f: {(o.mentee_person_id, o.mentor_person_id) for o in f.decided if o.kind == "forbid"}),
)  # fmt: skip


def pair_rules(mentees: pd.DataFrame, mentors: pd.DataFrame, matching: Matching, facts: Facts) -> list[Standing]:
    """The rules in force for two frames of `profiles.read`: required ones, and those of `matching.preferred`.

    MatchingError if a rule needs a column that the profiles do not have, or if there are too many rules.
    """
    penalty = {p.rule: round(p.penalty * 1_000_000) for p in matching.preferred}
    out = []
    for rule in (*PAIR_RULES, FORBIDDEN):
        if rule.code not in penalty and not rule.applies(matching.rules):
            continue
        for role, people in (("mentee", mentees), ("mentor", mentors)):
            missing = [column for column in rule.columns if column not in people.columns]
            if missing:
                raise MatchingError(
                    f"matching.rules.{rule.code}: the {role}s' profiles have no column {', '.join(missing)}; collect "
                    "it with the applications, or switch the rule off"
                )
        out.append(Standing(rule, penalty.get(rule.code), rule.forbids(mentees, mentors, facts)))
    return out


def bits(standing: list[Standing]) -> dict[str, int]:
    """The bit by which a required rule marks the pairs that it forbids; MatchingError beyond 16 rules."""
    codes = [s.rule.code for s in standing if s.penalty is None]
    if len(codes) > _MOST:
        raise MatchingError(
            f"matching.rules: {len(codes)} required rules; expected at most {_MOST}. Switch some off, or list them "
            "under matching.preferred"
        )
    return {code: 1 << k for k, code in enumerate(codes)}


def in_force(overrides: tuple[Override, ...], cohort: str, on: dt.date) -> list[Override]:
    """Overrides of a cohort that have not expired on a day; each decision once, in a fixed order."""
    valid = {(o.kind, o.mentee_person_id, o.mentor_person_id): o for o in overrides
             if o.cohort == cohort and (o.expires_on is None or o.expires_on >= on)}  # fmt: skip
    return [valid[key] for key in sorted(valid)]


def facts(matching: Matching, decided: list[Override], on: dt.date | None, earlier: pd.DataFrame | None) -> Facts:
    """What the rules on pairs are judged by on a day (None: nothing has expired).

    `earlier`: pairs of earlier rounds, columns mentee_person_id, mentor_person_id, ended_early (unknown: it did not).
    """
    failed: set[tuple[str, str]] = set()
    if earlier is None and (
        matching.rules.earlier_failed or any(p.rule == "earlier_failed" for p in matching.preferred)
    ):
        raise MatchingError("matching.rules.earlier_failed: no earlier pairs were given to check it by; give them, "
                            "or switch the rule off and list the pairs under overrides as forbid")  # fmt: skip
    if earlier is not None:
        missing = [c for c in ("mentee_person_id", "mentor_person_id", "ended_early") if c not in earlier.columns]
        if missing:
            raise MatchingError(f"earlier: columns {', '.join(missing)} are missing; expected one row for each pair of "
                                "earlier rounds")  # fmt: skip
        ended = earlier["ended_early"].astype("boolean").fillna(False).to_numpy(dtype=bool)
        failed = set(zip(earlier.loc[ended, "mentee_person_id"], earlier.loc[ended, "mentor_person_id"], strict=True))
    conflicts = tuple(c for c in matching.conflicts if on is None or c.expires_on is None or c.expires_on >= on)
    return Facts(matching.rules, tuple(decided), conflicts, frozenset(failed))
