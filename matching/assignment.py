"""Who gets which mentor: the true optimum by min-cost flow, with its proof."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.alternatives import near
from matching.blocking import StabilityCertificate
from matching.certificate import Certificate
from matching.errors import MatchingError
from matching.instance import Ints, read
from matching.objectives import DEFAULT, Search, check

_BLOCK = 4_000_000  # pairs at a time: temporary arrays over all of them would need gigabytes


@dataclass(frozen=True, eq=False)
class Assignment:
    """An optimal assignment.

    `mentor_of`: (n_mentees,) index of the mentor, -1 if unmatched. `matched`: number of pairs. `worst`: the least score
    among them, nan without pairs. `total`: their sum. `loads`: (n_mentors,) mentees per mentor. `alternatives`: further
    assignments in the form of `mentor_of`, none of them proved to be anything but feasible and near.
    """

    mentor_of: Ints
    matched: int
    worst: float
    total: float
    loads: Ints
    certificate: Certificate | StabilityCertificate
    alternatives: tuple[Ints, ...] = ()


def assign(
    mentee: ArrayLike,
    mentor: ArrayLike,
    score: ArrayLike,
    *,
    n_mentees: int,
    capacity: ArrayLike,
    objective: Sequence[str] = DEFAULT,
    locked: Sequence[tuple[int, int]] = (),
    alternatives: int = 0,
) -> Assignment:
    """Assign mentees to mentors optimally.

    `mentee`, `mentor`: integer arrays, one entry for each allowed pair; `score`: its score, any finite value, exact to
    six decimals; `capacity`: one integer per mentor; `locked`: pairs (mentee, mentor) that must be kept.

    `objective`: levels, each settled among the optima of those before it. "participation": most mentees matched.
    "worst_off": the least score among the matched is greatest. "balance": the least sum over mentors of load squared by
    capacity, which spreads the load in proportion to capacity. "total": the greatest sum of scores; alone, it leaves a
    mentee unmatched rather than take a negative score. "leximin": the worst off first, then the second worst, and so
    on, an unmatched mentee being worse off than any matched one. "rank_maximal": most mentees with a mentor of
    their highest score, then most with one of their second, and so on (Irving et al., ACM Trans. Algorithms 2006).

    `alternatives`: up to so many further assignments are searched for, all distinct. Each keeps the locks, matches as
    many mentees, and has a total of at least the optimum's less 2 per cent of its size; it may miss the levels between
    participation and total. The same problem gives the same alternatives.

    Ties: indices are taken as the order of application. Among equal optima the earlier mentee is matched; then the
    canonical order of pairs decides, never the order in which they are given.

    Raises MatchingError (a ValueError) that names the rows, before any solving.
    """
    levels = tuple(objective)
    check(levels)
    if isinstance(alternatives, bool) or not isinstance(alternatives, (int, np.integer)) or alternatives < 0:
        raise MatchingError(f"alternatives: expected a number, 0 or more, got {alternatives!r}")
    instance = read(mentee, mentor, score, n_mentees, capacity, locked)
    search = Search(instance)
    search.run(levels)
    mentor_of = search.mentor_of
    others = near(instance, search.widest, search.columns, mentor_of, alternatives)
    for each in (mentor_of, *others):
        each[instance.locked[:, 0]] = instance.locked[:, 1]
    chosen = _scores(mentor_of, np.asarray(mentee), np.asarray(mentor), np.asarray(score, dtype=np.float64))
    certificate = Certificate(levels, tuple(search.levels))
    assignment = Assignment(
        mentor_of=mentor_of,
        matched=int((mentor_of >= 0).sum()),
        worst=float(chosen.min()) + 0.0 if chosen.size else math.nan,  # + 0.0: never a negative zero
        total=math.fsum(chosen) + 0.0,  # exact, so that it does not depend on the order of rows
        loads=np.bincount(mentor_of[mentor_of >= 0], minlength=instance.n_mentors).astype(np.int64),
        certificate=certificate,
        alternatives=others,
    )
    return replace(assignment, certificate=replace(certificate, seal=certificate.sealed_by(assignment)))


def _scores(mentor_of: Ints, mentee: Ints, mentor: Ints, score: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores of the chosen pairs, as given."""
    parts = [np.zeros(0)]
    for start in range(0, len(score), _BLOCK):
        part = slice(start, start + _BLOCK)
        parts.append(score[part][mentor_of[mentee[part]] == mentor[part]])
    return np.concatenate(parts)
