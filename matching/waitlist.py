"""Who comes in when a mentee leaves a mentor: the waiting list of every place that is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from matching.errors import MatchingError, some
from matching.instance import SCALE, Ints
from matching.problem import Problem
from matching.rematching import with_rule

COLUMNS = ("mentor_application_id", "place", "mentee_application_id", "n_moved", "gain", "moves")
WITHDRAWN = "withdrawn"
_NEVER = -(2**62)


def waitlist(problem: Problem, mentor_of: ArrayLike, n_alternates: int = 3) -> pd.DataFrame:
    """For each mentor with mentees, who of the unmatched comes in if one of these mentees leaves.

    `mentor_of`: (n_mentees,) the assignment, -1: unmatched. First comes whoever needs the fewest other mentees moved,
    then whoever adds most score, then the earliest application; chains of moves are the best of their length, and
    locked pairs do not move. If the assignment matches as many as can be, the first place is the exact optimum after
    one leaves: most matched, then fewest pairs changed, then greatest total. It does not depend on which of a mentor's
    mentees leaves. A mentor without a row stays with a free place, whoever is moved.

    Returns COLUMNS, by mentor's application number and place from 1: the mentee who comes in, how many others change
    their mentor for it, the change of the total score beside the leaver's own, and the new pairs as tuples (mentee's,
    mentor's application number), the one who comes in first. Several who leave at once, or a mentor who leaves:
    `rematching.rematch(without(...), ...)`.
    """
    mentor = np.asarray(mentor_of, dtype=np.int64)
    waiting = np.flatnonzero(mentor < 0)
    taken = np.flatnonzero(np.bincount(mentor[mentor >= 0], minlength=len(problem.mentors)))
    if not waiting.size or not taken.size:
        return pd.DataFrame(columns=list(COLUMNS))
    step, mover = _steps(problem, mentor)
    length, gain, previous = _chains(problem, waiting, step)
    mentee_number, mentor_number = (f["application_id"].to_numpy() for f in (problem.mentees, problem.mentors))
    rows = []
    for j in taken.tolist():
        order = np.lexsort((waiting, -gain[:, j], length[:, j]))
        for place, u in enumerate(order[length[order, j] > 0][:n_alternates].tolist(), start=1):
            moves, at = [], j
            while previous[u, at] >= 0:
                moves.append((int(mentee_number[mover[previous[u, at], at]]), int(mentor_number[at])))
                at = int(previous[u, at])
            moves.append((int(mentee_number[waiting[u]]), int(mentor_number[at])))
            rows.append((int(mentor_number[j]), place, moves[-1][0], len(moves) - 1, gain[u, j] / SCALE,
                         tuple(reversed(moves))))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def without(problem: Problem, mentees: Sequence[int] = (), mentors: Sequence[int] = ()) -> Problem:
    """The problem after people (indices) have left: none of their pairs is allowed. MatchingError if one is locked."""
    forbidden = problem.forbidden.copy()
    codes, bit = with_rule(problem, WITHDRAWN)
    forbidden[list(mentees), :] |= bit
    forbidden[:, list(mentors)] |= bit
    locked = [(i, j) for i, j in problem.locked if i in mentees or j in mentors]
    if locked:
        raise MatchingError(f"pairs {some(locked)} are locked, but one of each has left; lift the locks")
    return replace(problem, forbidden=forbidden, rule_codes=codes)


def _steps(problem: Problem, mentor: Ints) -> tuple[Ints, Ints]:
    """(mentors x mentors) the most score gained by moving one mentee from the first to the second, and who it is."""
    n = len(problem.mentors)
    step, mover = np.full((n, n), _NEVER, np.int64), np.full((n, n), -1, np.int64)
    kept = {i for i, _ in problem.locked}
    for i in np.flatnonzero(mentor >= 0).tolist():
        if i in kept:
            continue
        at = mentor[i]
        gain = problem.score[i].astype(np.int64) - problem.score[i, at]
        better = (problem.forbidden[i] == 0) & (gain > step[at])
        better[at] = False
        step[at, better], mover[at, better] = gain[better], i
    return step, mover


def _chains(problem: Problem, waiting: Ints, step: Ints) -> tuple[Ints, Ints, Ints]:
    """(waiting x mentors) pairs in the shortest chain that ends at the mentor (0: none), the most score such a chain
    gains, and the mentor before the last in it (-1: none)."""  # fmt: skip
    allowed: NDArray[np.bool_] = problem.forbidden[waiting] == 0
    length = allowed.astype(np.int64)
    gain = np.where(allowed, problem.score[waiting].astype(np.int64), _NEVER)
    previous = np.full(gain.shape, -1, np.int64)
    reach = [np.flatnonzero(row > _NEVER) for row in step]
    for n_pairs in range(2, len(step) + 1):
        best, via = np.full(gain.shape, _NEVER, np.int64), np.full(gain.shape, -1, np.int64)
        is_open = (length == 0).any(axis=1)
        for j, to in enumerate(reach):
            rows = np.flatnonzero(is_open & (length[:, j] == n_pairs - 1))
            if not rows.size or not to.size:
                continue
            block = np.ix_(rows, to)
            reached = gain[rows, j][:, None] + step[j, to][None, :]
            better = reached > best[block]
            best[block] = np.where(better, reached, best[block])
            via[block] = np.where(better, j, via[block])
        new = (length == 0) & (via >= 0)
        if not new.any():
            break
        length[new], gain[new], previous[new] = n_pairs, best[new], via[new]
    return length, gain, previous
