"""What would give an unmatched mentee a mentor, each remedy tried out by solving the changed problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import phrases
from matching.instance import SCALE
from matching.problem import Problem
from matching.shortage import NEVER_LIFTED, witness
from matching.texts import mark, text
from matching.whatif import Change, change, loads, resolved, solve

PLACE = mark("One more place with mentor no. {mentor} would give the mentee a mentor.")
RULE = mark("An exception for this mentee from {rule} would give the mentee mentor no. {mentor}.")
RECRUIT = mark("One more mentor whom the rules allow would give the mentee a mentor. Skills wanted: {skills}.")
RECRUIT_ANY = mark("One more mentor whom the rules allow would give the mentee a mentor.")
ALL_KEEP = mark("Everybody who has a mentor now would still have one.")
_LOSES = mark("But {mentees} would be left without one.")


@dataclass(frozen=True)
class Remedy:
    """A change that gives the mentee a mentor. `kind`: rule, place or recruit, in this order the cheaper first.

    `rule`: code, for kind rule. `mentor`: application number of the mentor with the new place, or whom the exception
    gives; None for recruit. `skills`: codes, for recruit. `change`: what it changes for all. `without`: application
    numbers of mentees who would lose their mentor.
    """

    kind: str
    mentor: int | None
    rule: str = ""
    skills: tuple[str, ...] = ()
    change: Change | None = None
    without: tuple[int, ...] = ()

    def text(self, language: str) -> str:
        """A plain sentence or two. `language`: sv or en."""
        if self.kind == "place":
            said = text(PLACE, language, mentor=self.mentor)
        elif self.kind == "rule":
            said = text(RULE, language, rule=phrases.rule(self.rule, language), mentor=self.mentor)
        elif self.skills:
            named = phrases.listing([phrases.label(s, language) for s in self.skills], language)
            said = text(RECRUIT, language, skills=named)
        else:
            said = text(RECRUIT_ANY, language)
        loss = text(_LOSES, language, mentees=phrases.mentees(self.without, language)) if self.without else ""
        return " ".join(filter(None, [said, loss or text(ALL_KEEP, language)]))


def remedies(problem: Problem, mentor_of: NDArray[np.int64], i: int, *, limit: int = 12) -> tuple[Remedy, ...]:
    """What would place unmatched mentee `i`: exceptions from one rule, one more place, one more mentor.

    Each is verified: the changed problem is solved, and the mentee has a mentor in it. `limit`: most problems to solve,
    half of them on rules; the most promising are tried first (by free places, then score). Those that leave others
    without their mentor come last.
    """
    found: list[Remedy] = []
    for attempts in (_rules(problem, mentor_of, i), _places(problem, mentor_of, i)):
        for _, remedy in zip(range(max(1, (limit - 1) // 2)), attempts, strict=False):
            if remedy:
                found.append(remedy)
    if limit > 2:
        found.extend(filter(None, [_recruit(problem, mentor_of, i)]))
    order = ("rule", "place", "recruit")
    return tuple(sorted(found, key=lambda r: (len(r.without), order.index(r.kind))))


def _rules(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> Iterator[Remedy | None]:
    """One exception for each rule that alone keeps a mentor from the mentee."""
    free = problem.capacity > loads(problem, mentor_of)
    best: list[tuple[tuple[bool, int], int]] = []
    for bit, code in enumerate(problem.rule_codes):
        alone = np.flatnonzero(problem.forbidden[i] == 1 << bit)
        if alone.size and code not in NEVER_LIFTED:
            best.append((max((bool(free[j]), int(problem.score[i, j])) for j in alone), bit))
    for _, bit in sorted(best, key=lambda b: (-b[0][0], -b[0][1], b[1])):
        forbidden = problem.forbidden.copy()
        forbidden[i] &= ~np.uint16(1 << bit)
        seen, after = resolved(problem, mentor_of, forbidden=forbidden)
        yield _remedy(problem, "rule", seen, after, i, rule=problem.rule_codes[bit])


def _places(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> Iterator[Remedy | None]:
    """One more place with each mentor of the shortage: those whom the rules allow to the mentee first, by score."""
    _, among = witness(problem, mentor_of, i)
    allowed = problem.forbidden[i] == 0
    for j in sorted(among.tolist(), key=lambda j: (not allowed[j], -int(problem.score[i, j]), j)):
        capacity = problem.capacity.copy()
        capacity[j] += 1
        seen, after = resolved(problem, mentor_of, capacity=capacity)
        remedy = _remedy(problem, "place", seen, after, i)
        yield replace(remedy, mentor=int(problem.mentors["application_id"].iloc[j])) if remedy else None


def _recruit(problem: Problem, mentor_of: NDArray[np.int64], i: int) -> Remedy | None:
    """A new mentor with one place, allowed to this mentee only, who fits as well as the best one there is."""
    best = int(problem.score[i].max()) if problem.score.shape[1] else SCALE // 2
    score = np.append(problem.score, np.zeros((len(mentor_of), 1), problem.score.dtype), axis=1)
    score[i, -1] = best
    forbidden = np.append(problem.forbidden, np.ones((len(mentor_of), 1), np.uint16), axis=1)
    forbidden[i, -1] = 0
    newcomer = pd.DataFrame([{"person_id": "new", "application_id": -1, "capacity": 1}])
    mentors = pd.concat([problem.mentors.astype(object), newcomer.astype(object)], ignore_index=True)
    other = replace(problem, mentors=mentors, score=score, forbidden=forbidden, capacity=np.append(problem.capacity, 1))
    after = solve(other).mentor_of
    seen = change(problem, mentor_of, other, after)
    skills = tuple(problem.mentees["skills_wanted"].iloc[i])
    remedy = _remedy(other, "recruit", seen, after, i, skills=skills)
    return replace(remedy, mentor=None) if remedy else None


def _remedy(
    problem: Problem, kind: str, seen: Change, after: NDArray[np.int64], i: int, **given: object
) -> Remedy | None:
    if after[i] < 0:
        return None
    numbers = problem.mentees["application_id"].to_numpy()
    return Remedy(kind, int(problem.mentors["application_id"].iloc[after[i]]), change=seen,
                  without=tuple(int(numbers[k]) for k in seen.left_out), **given)  # type: ignore[arg-type]  # fmt: skip
