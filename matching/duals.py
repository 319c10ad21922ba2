"""Prices that prove an assignment optimal, found from the assignment itself.

The linear programme: maximise the weight of chosen pairs, each mentee at most once, each mentor at most `capacity`
times and, where participation comes first, exactly as many pairs as can be. Its dual has a price u >= 0 for a mentee,
v >= 0 for a mentor and a free price `level` for the number of pairs, with u + v + level >= weight for every pair. The
solver gives no prices, so they are computed as longest paths in the residual graph (Bellman-Ford; Ahuja, Magnanti and
Orlin, Network Flows, 1993, chapter 9.5), vectorised over arcs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.instance import Instance, Ints

_UNREACHED = -(2**61)


def prices(instance: Instance, mentor_of: Ints, *, participation: bool) -> tuple[Ints, Ints, int]:
    """Prices (u per mentee, v per mentor, level) for an optimal `mentor_of` (-1: unmatched), in millionths.

    RuntimeError if the assignment is not optimal: then no prices exist.
    """
    graph = _Exchange(instance, mentor_of)
    unmatched_bid = graph.best_bid_of_unmatched()
    level = 0
    if participation:
        # What a mentor's place is worth to those matched already; the level price must leave each of them u >= 0.
        among_matched = graph.relax(np.zeros(instance.n_mentors, np.int64))
        matched = graph.is_matched
        if matched.any():
            level = int((graph.own_weight[matched] - among_matched[mentor_of[matched]]).min())
        price = graph.relax(np.maximum(unmatched_bid, level + among_matched))
    else:
        price = graph.relax(np.maximum(unmatched_bid, 0))
    u = np.zeros(instance.n_mentees, np.int64)
    matched = graph.is_matched
    u[matched] = graph.own_weight[matched] - price[mentor_of[matched]]
    if (u < 0).any():
        raise RuntimeError("the assignment is not optimal: a matched mentee's place is worth more to another")
    return u, price - level, level


class _Exchange:
    """The graph of exchanges: a mentee leaves mentor j for mentor k, worth weight[k] - weight[j]."""

    def __init__(self, instance: Instance, mentor_of: Ints) -> None:
        self.n_mentors = instance.n_mentors
        self.is_matched = mentor_of >= 0
        self.own_weight = np.zeros(instance.n_mentees, np.int64)
        mate = mentor_of[instance.mentee]
        own = mate == instance.mentor
        self.own_weight[instance.mentee[own]] = instance.weight[own]
        moves = (mate >= 0) & ~own
        self._unmatched = (mate < 0, instance.mentor, instance.weight)
        # Sorted by the mentor who is left, so that the arcs out of a few changed mentors are found at once ...
        gain = (instance.weight - self.own_weight[instance.mentee])[moves]
        source, target = mate[moves], instance.mentor[moves]
        order = np.argsort(source, kind="stable")
        self.source, self.target, self.gain = source[order], target[order], gain[order]
        self.first = np.searchsorted(self.source, np.arange(self.n_mentors + 1))
        # ... and by the mentor who is reached, for sweeps over all arcs.
        self.by_target = np.argsort(self.target, kind="stable")
        reached = self.target[self.by_target]
        self.starts = np.flatnonzero(np.r_[True, reached[1:] != reached[:-1]]) if reached.size else reached
        self.reached = reached[self.starts]
        self.sorted_source, self.sorted_gain = self.source[self.by_target], self.gain[self.by_target]

    def best_bid_of_unmatched(self) -> Ints:
        mask, mentor, weight = self._unmatched
        best = np.full(self.n_mentors, _UNREACHED, np.int64)
        np.maximum.at(best, mentor[mask], weight[mask])
        return best

    def relax(self, start: Ints) -> Ints:
        """Longest distances from `start`, one sweep after another until nothing changes."""
        value = start.copy()
        changed = np.arange(self.n_mentors)
        for _ in range(self.n_mentors + 1):
            if changed.size == 0 or self.source.size == 0:
                return value
            n_arcs = int((self.first[changed + 1] - self.first[changed]).sum())
            before = value
            if n_arcs * 4 > self.source.size:
                bids = np.maximum.reduceat(value[self.sorted_source] + self.sorted_gain, self.starts)
                value = value.copy()
                value[self.reached] = np.maximum(value[self.reached], bids)
            else:
                arcs = _ranges(self.first[changed], self.first[changed + 1])
                value = value.copy()
                np.maximum.at(value, self.target[arcs], before[self.source[arcs]] + self.gain[arcs])
            changed = np.flatnonzero(value != before)
        if changed.size:
            raise RuntimeError("the assignment is not optimal: a cycle of exchanges improves it")
        return value


def _ranges(first: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenated ranges first[k]..end[k]-1."""
    length = end - first
    offset = np.repeat(first - np.r_[0, np.cumsum(length)[:-1]], length)
    return offset + np.arange(int(length.sum()))
