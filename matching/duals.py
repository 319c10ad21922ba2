"""Prices that prove a level optimal, found from its solution.

A level is a linear programme over the pairs that earlier levels leave open: each mentee at most once (or exactly once
where the face says so), each mentor between `low` and `high` times. Its dual has a price u for a mentee (>= 0 unless
the mentee must be matched) and v for a place with a mentor, with u + v >= gain for every open pair. The solver gives
no prices, so they are computed as longest paths in the residual graph (Bellman-Ford; Ahuja, Magnanti and Orlin,
Network Flows, 1993, chapter 9.5), vectorised over arcs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.face import Face, Gain
from matching.instance import Instance, Ints

_UNREACHED = -(2**61)
_FAR = -(2**60)


def prices(instance: Instance, face: Face, gain: Gain, mentor_of: Ints, pairs: Ints) -> tuple[Ints, Ints]:
    """Prices (u per mentee, v per mentor) for a `mentor_of` that is optimal over `pairs` (positions).

    RuntimeError if it is not optimal: then no prices exist.
    """
    graph = _Exchange(instance, gain, mentor_of, pairs)
    load = np.bincount(mentor_of[mentor_of >= 0], minlength=instance.n_mentors).astype(np.int64)
    # A mentor who could do with one mentee fewer sets a least price, one who could take one more a greatest.
    least = graph.best_bid_of_unmatched()
    above = load > face.low
    least[above] = np.maximum(least[above], -gain.step(load - 1)[above])
    greatest = np.full(instance.n_mentors, 2**61, np.int64)
    below = load < face.high
    greatest[below] = -gain.step(load)[below]
    free = graph.is_matched & ~face.must
    np.minimum.at(greatest, mentor_of[free], graph.own_gain[free])

    v = graph.relax(least)
    adrift = v < _FAR
    if adrift.any():
        # Nothing bounds these from below: one common shift brings them under every bound from above.
        start = np.where(adrift, 0, _UNREACHED)
        drift = graph.relax(start)
        bound = np.where(adrift, greatest, v)
        touched = (drift > _FAR) & (bound < 2**60)
        shift = int((drift[touched] - bound[touched]).max()) if touched.any() else 0
        v = np.where(adrift, drift - shift, v)
    u = np.zeros(instance.n_mentees, np.int64)
    matched = graph.is_matched
    u[matched] = graph.own_gain[matched] - v[mentor_of[matched]]
    if (v > greatest).any() or (u[free] < 0).any():
        raise RuntimeError("the assignment is not optimal: a place is worth more to another mentee")
    return u, v


class _Exchange:
    """The graph of exchanges: a mentee leaves mentor j for mentor k, worth gain[k] - gain[j]."""

    def __init__(self, instance: Instance, gain: Gain, mentor_of: Ints, pairs: Ints) -> None:
        i, j, worth = instance.mentee[pairs], instance.mentor[pairs], gain.of(pairs)
        self.n_mentors = instance.n_mentors
        self.is_matched = mentor_of >= 0
        self.own_gain = np.zeros(instance.n_mentees, np.int64)
        mate = mentor_of[i]
        own = mate == j
        self.own_gain[i[own]] = worth[own]
        moves = (mate >= 0) & ~own
        waits = mate < 0
        self._unmatched = (j[waits], worth[waits])
        # Sorted by the mentor who is left, so that the arcs out of a few changed mentors are found at once ...
        source, target, change = mate[moves], j[moves], (worth - self.own_gain[i])[moves]
        order = np.argsort(source, kind="stable")
        self.source, self.target, self.change = source[order], target[order].astype(np.int64), change[order]
        self.first = np.searchsorted(self.source, np.arange(self.n_mentors + 1))
        # ... and by the mentor who is reached, for sweeps over all arcs.
        by_target = np.argsort(self.target, kind="stable")
        reached = self.target[by_target]
        self.starts = np.flatnonzero(np.r_[True, reached[1:] != reached[:-1]]) if reached.size else reached
        self.reached = reached[self.starts]
        self.sorted_source, self.sorted_change = self.source[by_target], self.change[by_target]

    def best_bid_of_unmatched(self) -> Ints:
        mentor, worth = self._unmatched
        best = np.full(self.n_mentors, _UNREACHED, np.int64)
        np.maximum.at(best, mentor, worth)
        return best

    def relax(self, start: Ints) -> Ints:
        """Longest distances from `start`, one sweep after another until nothing changes."""
        value = start.copy()
        changed = np.flatnonzero(start > _FAR)
        for _ in range(self.n_mentors + 1):
            if changed.size == 0 or self.source.size == 0:
                return value
            n_arcs = int((self.first[changed + 1] - self.first[changed]).sum())
            before = value
            if n_arcs * 4 > self.source.size:
                bids = np.maximum.reduceat(value[self.sorted_source] + self.sorted_change, self.starts)
                value = value.copy()
                value[self.reached] = np.maximum(value[self.reached], bids)
            else:
                arcs = _ranges(self.first[changed], self.first[changed + 1])
                value = value.copy()
                np.maximum.at(value, self.target[arcs], before[self.source[arcs]] + self.change[arcs])
            changed = np.flatnonzero((value != before) & (value > _FAR))
        if changed.size:
            raise RuntimeError("the assignment is not optimal: a cycle of exchanges improves it")
        return value


def _ranges(first: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenated ranges first[k]..end[k]-1."""
    length = end - first
    offset = np.repeat(first - np.r_[0, np.cumsum(length)[:-1]], length)
    return offset + np.arange(int(length.sum()))
