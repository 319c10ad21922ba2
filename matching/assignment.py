"""Who gets which mentor: the true optimum by min-cost flow, with its proof."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching import flow
from matching.certificate import OBJECTIVES, Certificate
from matching.duals import prices
from matching.errors import MatchingError
from matching.instance import Instance, Ints, read

_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Assignment:
    """An optimal assignment.

    `mentor_of`: (n_mentees,) index of the mentor, -1 if unmatched. `matched`: number of pairs. `worst`: the least score
    among them, nan without pairs. `total`: their sum. `loads`: (n_mentors,) mentees per mentor.
    """

    mentor_of: Ints
    matched: int
    worst: float
    total: float
    loads: Ints
    certificate: Certificate


def assign(
    mentee: ArrayLike,
    mentor: ArrayLike,
    score: ArrayLike,
    *,
    n_mentees: int,
    capacity: ArrayLike,
    objective: Sequence[str] = ("participation", "total"),
    locked: Sequence[tuple[int, int]] = (),
    alternatives: int = 0,
) -> Assignment:
    """Assign mentees to mentors optimally.

    `mentee`, `mentor`: integer arrays, one entry for each allowed pair; `score`: its score, any finite value, exact to
    six decimals; `capacity`: one integer per mentor; `locked`: pairs (mentee, mentor) that must be kept. `objective` is
    lexicographic: "participation" (most mentees matched), "worst_off" (the least score among the matched), "total" (sum
    of scores; alone, it leaves a mentee unmatched rather than take a negative score).

    Ties: indices are taken as the order of application. Among equal optima the earlier mentee is matched; then the
    canonical order of pairs decides, never the order in which they are given.

    Raises MatchingError (a ValueError) that names the rows, before any solving.
    """
    levels = tuple(objective)
    if levels not in OBJECTIVES:
        known = "; ".join(", ".join(o) for o in OBJECTIVES)
        raise MatchingError(f"objective {levels}: expected one of: {known}")
    if alternatives != 0:
        raise MatchingError("alternatives: expected 0; near-optimal alternatives are not available")
    instance = read(mentee, mentor, score, n_mentees, capacity, locked)
    mentor_of, certificate = _solve(instance, levels)
    mentor_of[instance.locked[:, 0]] = instance.locked[:, 1]
    i, j = np.asarray(mentee, dtype=np.int64), np.asarray(mentor, dtype=np.int64)
    chosen = np.asarray(score, dtype=np.float64)[mentor_of[i] == j] if i.size else np.zeros(0)
    assignment = Assignment(
        mentor_of=mentor_of,
        matched=int((mentor_of >= 0).sum()),
        worst=float(chosen.min()) + 0.0 if chosen.size else math.nan,  # + 0.0: never a negative zero
        total=math.fsum(chosen) + 0.0,  # exact, so that it does not depend on the order of rows
        loads=np.bincount(mentor_of[mentor_of >= 0], minlength=instance.n_mentors).astype(np.int64),
        certificate=certificate,
    )
    return replace(assignment, certificate=replace(certificate, seal=certificate.sealed_by(assignment)))


def _solve(instance: Instance, levels: tuple[str, ...]) -> tuple[Ints, Certificate]:
    cover, bar, threshold = (_NOTHING, _NOTHING), (_NOTHING, _NOTHING), None
    participation = "participation" in levels
    allowed = instance
    if "worst_off" in levels:
        threshold, bar = _raise_worst(instance)
        if threshold is not None:
            allowed = instance.only(instance.weight >= threshold)
    mentor_of = flow.best_total(allowed, participation=participation, weighted="total" in levels)
    u, v, level = _NOTHING, _NOTHING, 0
    if "total" in levels:
        u, v, level = prices(allowed, mentor_of, participation=participation)
        mentor_of = flow.earliest(allowed, mentor_of, u, v, level, participation=participation)
    if participation:
        cover = flow.cover(instance, mentor_of)
    return mentor_of, Certificate(levels, *cover, threshold, *bar, u, v, level)


def _raise_worst(instance: Instance) -> tuple[int | None, tuple[Ints, Ints]]:
    """The highest threshold (millionths) that still matches as many, and a cover which shows that none above does."""
    most = flow.largest(instance)
    n_most = int((most >= 0).sum())
    lock_worst = int(instance.locked_weight.min()) if instance.locked_weight.size else None
    if n_most == 0:
        return lock_worst, (_NOTHING, _NOTHING)
    values = np.unique(instance.weight)
    low, high = 0, len(values)  # values[low] keeps the number matched, values[high] does not
    best: NDArray[np.int64] | None = None
    while high - low > 1:
        middle = (low + high) // 2
        found = flow.largest(instance.only(instance.weight >= values[middle]))
        if int((found >= 0).sum()) == n_most:
            low = middle
        else:
            high, best = middle, found
    threshold = int(values[low])
    if lock_worst is not None and lock_worst <= threshold:
        return lock_worst, (_NOTHING, _NOTHING)
    above = instance.only(instance.weight > threshold)
    if best is None:
        best = np.full(instance.n_mentees, -1, np.int64)
    return threshold, flow.cover(above, best)
