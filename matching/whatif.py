"""What a decision costs: the optimum as it is beside the optimum of a changed problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.instance import SCALE
from matching.problem import Problem
from matching.solving import solve

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """After minus before. `level`: the first level of the objective that differs, "" if none does.

    `matched`: pairs. `worst`: of the least score, None where one side has no pair. `total`: of the sum of scores;
    `total_share`: as a share of the total before. `worst_before`, `worst_after`: the least scores. `left_out`: mentees
    (indices) who had a mentor before and have none after.
    """

    matched: int
    worst: float | None
    total: float
    total_share: float
    worst_before: float | None
    worst_after: float | None
    level: str
    left_out: tuple[int, ...] = ()


def change(before: Problem, a: Ints, after: Problem, b: Ints) -> Change:
    """The change from one assignment (mentor of each mentee, -1: none) to another of the same mentees."""
    old, new = chosen(before, a), chosen(after, b)
    least = [int(x.min()) if x.size else None for x in (old, new)]
    worst = None if least[0] is None or least[1] is None else (least[1] - least[0]) / SCALE
    total = int(new.sum()) - int(old.sum())
    level = next((name for name in before.objective if VALUE[name](before, a) != VALUE[name](after, b)), "")
    return Change(
        matched=len(new) - len(old), worst=worst, total=total / SCALE,
        total_share=total / int(old.sum()) if old.sum() else 0.0,
        worst_before=None if least[0] is None else least[0] / SCALE,
        worst_after=None if least[1] is None else least[1] / SCALE,
        level=level, left_out=tuple(np.flatnonzero((a >= 0) & (b < 0)).tolist()),
    )  # fmt: skip


def resolved(problem: Problem, mentor_of: Ints, **changes: Any) -> tuple[Change, Ints]:
    """The optimum of the problem with some fields changed, and how it differs from `mentor_of`."""
    other = replace(problem, **changes)
    found = solve(other).mentor_of
    return change(problem, mentor_of, other, found), found


def chosen(problem: Problem, mentor_of: Ints) -> Ints:
    """The scores of the chosen pairs in millionths, mentees in order."""
    i = np.flatnonzero(mentor_of >= 0)
    return problem.score[i, mentor_of[i]].astype(np.int64)


def loads(problem: Problem, mentor_of: Ints) -> Ints:
    """(n_mentors,) mentees of each mentor."""
    return np.bincount(mentor_of[mentor_of >= 0], minlength=len(problem.capacity)).astype(np.int64)


def ranks(problem: Problem, mentor_of: Ints) -> Ints:
    """(n_mentees,) place, from 1, of the mentor among the mentee's allowed ones by score; equals share; 0: none."""
    out = np.zeros(len(mentor_of), np.int64)
    for i in np.flatnonzero(mentor_of >= 0):
        allowed = problem.score[i, problem.forbidden[i] == 0]
        out[i] = 1 + len(np.unique(allowed[allowed > problem.score[i, mentor_of[i]]]))
    return out


def unevenness(problem: Problem, mentor_of: Ints) -> Fraction:
    """Sum over mentors of load squared by capacity: what the level "balance" makes least."""
    load = loads(problem, mentor_of)
    return sum((Fraction(int(load[j]) ** 2, int(problem.capacity[j])) for j in np.flatnonzero(load)), Fraction(0))


# For each level a value by which two assignments compare; equal exactly where the level does not tell them apart.
VALUE: dict[str, Callable[[Problem, Ints], Any]] = {
    "participation": lambda p, m: int((m >= 0).sum()),
    "worst_off": lambda p, m: int(chosen(p, m).min()) if (m >= 0).any() else None,
    "balance": unevenness,
    "total": lambda p, m: int(chosen(p, m).sum()),
    "leximin": lambda p, m: tuple(sorted(chosen(p, m).tolist())),
    "rank_maximal": lambda p, m: tuple(np.bincount(ranks(p, m))[1:].tolist()),
}
