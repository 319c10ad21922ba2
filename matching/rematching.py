"""A later round with pairs that run: who keeps the mentor, who moves, who comes in, with as little upheaval as pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from matching.assignment import Assignment
from matching.errors import MatchingError, some
from matching.instance import SCALE, Ints
from matching.problem import Problem
from matching.solving import solve

# Whom the round matches, then the pairs. The levels on the worst off and on balance would take running pairs apart
# whatever the bonus, since they come before the total.
OBJECTIVE = ("participation", "total")
ENDED_EARLY = "earlier_failed"  # the required rule on pairs of earlier rounds; here it holds whatever is configured
COLUMNS = ("mentee_application_id", "change", "before", "after", "reason")
_HIGHEST = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, eq=False)
class Rematch:
    """A later round.

    `problem`: what was solved, the bonus among its scores and pairs that ended early forbidden; `assignment`: its
    checked optimum. `total`: the sum of scores without the bonus.

    `changes`: one row a mentee in order of application: the change, the mentor's application number before and after
    (<NA>: none), and a reason where the pair could not go on: "earlier_failed" if it ended early, otherwise the rules
    that forbid it now, joined by |. Changes: "kept" the mentor; "moved" to another; "new": got the first; "ended": has
    none any more; "waiting": had and has none.
    """

    problem: Problem
    assignment: Assignment
    total: float
    changes: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Mentees by change, and pairs that ended early."""
        names = ("kept", "moved", "new", "ended", "waiting")
        return {name: int((self.changes["change"] == name).sum()) for name in names} | {
            ENDED_EARLY: int((self.changes["reason"] == ENDED_EARLY).sum())
        }


def rematch(problem: Problem, current: ArrayLike, bonus: float, ended: Sequence[tuple[int, int]] = (),
            objective: Sequence[str] = OBJECTIVE) -> Rematch:  # fmt: skip
    """The best round with a bonus for each pair that goes on.

    `problem`: everybody who takes part now, late applicants included, with locks. `current`: (n_mentees,) index of the
    running pair's mentor, -1: none (see `indices`). `bonus`: in score units, 0 or more; a pair is taken apart only if
    the others gain more by it, or if more mentees can be matched. `ended`: pairs that ended early; they are not
    proposed again, and both people are matched anew.

    Raises MatchingError for indices that are not in the problem, mentors with more running pairs than places, a
    negative bonus, and locks of pairs that ended.
    """
    before = np.array(current, dtype=np.int64)
    ended = [(int(i), int(j)) for i, j in ended]
    _check(problem, before, bonus, ended)
    forbidden, (codes, bit) = problem.forbidden.copy(), with_rule(problem, ENDED_EARLY)
    runs = before.copy()
    for i, j in ended:
        forbidden[i, j] |= bit
        if runs[i] == j:
            runs[i] = -1
    score = problem.score.copy()
    i = np.flatnonzero(runs >= 0)
    score[i, runs[i]] = np.minimum(score[i, runs[i]].astype(np.int64) + round(bonus * SCALE), _HIGHEST)
    changed = replace(problem, score=score, forbidden=forbidden, rule_codes=codes, objective=tuple(objective))
    assignment = solve(changed)
    matched = np.flatnonzero(assignment.mentor_of >= 0)
    total = int(problem.score[matched, assignment.mentor_of[matched]].sum(dtype=np.int64)) / SCALE
    return Rematch(changed, assignment, total, _changes(changed, before, assignment.mentor_of, ended))


def indices(problem: Problem, pairs: pd.DataFrame) -> Ints:
    """(n_mentees,) mentor's index of each running pair, -1: none. `pairs`: mentee_person_id, mentor_person_id.

    A pair of which one has left (is not in the problem) runs no longer. MatchingError for a mentee listed twice.
    """
    twice = pairs["mentee_person_id"].duplicated(keep=False).to_numpy()
    if twice.any():
        raise MatchingError(f"running pairs, rows {some(np.flatnonzero(twice))}: the mentee is listed twice; keep one")
    column_of = {p: k for k, p in enumerate(problem.mentors["person_id"])}
    mentor_of = dict(zip(pairs["mentee_person_id"], pairs["mentor_person_id"], strict=True))
    found = [column_of.get(mentor_of.get(person), -1) for person in problem.mentees["person_id"]]
    return np.array(found, dtype=np.int64)


def with_rule(problem: Problem, code: str) -> tuple[tuple[str, ...], np.uint16]:
    """The problem's rules with one more, and its bit; the rule's own bit if it is among them already."""
    codes = problem.rule_codes if code in problem.rule_codes else (*problem.rule_codes, code)
    return codes, np.uint16(1 << codes.index(code))


def _check(problem: Problem, current: Ints, bonus: float, ended: Sequence[tuple[int, int]]) -> None:
    n_mentees, n_mentors = problem.forbidden.shape
    if not 0 <= bonus < _HIGHEST / SCALE:
        raise MatchingError(f"bonus: expected 0 to {_HIGHEST // SCALE}, got {bonus}")
    if current.shape != (n_mentees,) or (current < -1).any() or (current >= n_mentors).any():
        raise MatchingError(f"current: expected {n_mentees} mentors' indices from -1 to {n_mentors - 1}")
    wrong = [pair for pair in ended if not (0 <= pair[0] < n_mentees and 0 <= pair[1] < n_mentors)]
    if wrong:
        raise MatchingError(f"ended: pairs {some(wrong)} are not in the problem; leave out who has left")
    both = sorted(set(problem.locked) & set(ended))
    if both:
        raise MatchingError(f"ended: pairs {some(both)} are locked; lift the lock or let the pair go on")
    over = np.flatnonzero(np.bincount(current[current >= 0], minlength=n_mentors) > problem.capacity)
    if over.size:
        numbers = problem.mentors["application_id"].to_numpy()[over]
        raise MatchingError(f"current: mentors (applications {some(numbers)}) have more running pairs than places; "
                            "raise their capacity or end a pair")  # fmt: skip


def _changes(problem: Problem, before: Ints, after: Ints, ended: Sequence[tuple[int, int]]) -> pd.DataFrame:
    kind = np.select(
        [(before >= 0) & (after == before), (before >= 0) & (after >= 0), after >= 0, before >= 0],
        ["kept", "moved", "new", "ended"], "waiting",
    )  # fmt: skip
    over = set(ended)
    reasons = [
        "" if j < 0 else ENDED_EARLY if (i, j) in over else "|".join(problem.broken(i, j))
        for i, j in enumerate(before.tolist())
    ]
    numbers = problem.mentors["application_id"].to_numpy()

    def number(mentor: Ints) -> pd.Series:
        return pd.Series([numbers[j] if j >= 0 else pd.NA for j in mentor], dtype="Int64")

    return pd.DataFrame({
        "mentee_application_id": problem.mentees["application_id"].to_numpy(),
        "change": kind.astype(object),
        "before": number(before),
        "after": number(after),
        "reason": pd.Series(reasons, dtype=object),
    })  # fmt: skip
