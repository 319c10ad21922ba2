"""Column generation: solve on each mentee's best candidates, then let prices say which pairs were missing.

Of millions of allowed pairs an optimum uses one a mentee. A level is solved on some pairs; the prices then tell of
every pair left out whether it could improve the result. Those are added, and the level is solved again, until none
could: the prices prove the optimum for the full set.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.face import Face
from matching.instance import Instance, Ints

_ALL_BELOW = 100_000  # pairs up to which all are taken at once
_DENSE = 64  # pairs a mentee, on average, up to which all are taken at once
_BEST, _SPREAD = 24, 8  # candidates of each mentee to begin with: the best ones, and some spread over all mentors
_ADDED = 6  # at most so many pairs are added for a mentee at a time
Slack = Callable[[Ints], Ints]


class Columns:
    """Which pairs are being worked with; all of them on instances of ordinary size."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        n_pairs = len(instance.mentee)
        self.has_all = n_pairs <= _ALL_BELOW or n_pairs <= _DENSE * max(instance.n_mentees, 1)
        if not self.has_all:
            self._taken = np.zeros(n_pairs, bool)
            self._take_candidates()

    def of(self, face: Face, keep: NDArray[np.bool_] | None = None) -> Ints:
        """Positions of the pairs to work with: open ones, of those in `keep` where given."""
        mask = face.is_open if keep is None else face.is_open & keep
        return np.flatnonzero(mask if self.has_all else mask & self._taken)

    def add(self, face: Face, slack: Slack, keep: NDArray[np.bool_] | None = None) -> bool:
        """Take in the open pairs of negative slack, the worst of each mentee first; false if there are none."""
        if self.has_all:
            return False
        found = False
        for part in self.instance.blocks():
            mask = face.is_open[part] & ~self._taken[part]
            if keep is not None:
                mask &= keep[part]
            pairs = np.flatnonzero(mask) + part.start
            value = slack(pairs)
            short = value < 0
            if not short.any():
                continue
            found = True
            pairs, value = pairs[short], value[short]
            mentee = self.instance.mentee[pairs]
            order = np.lexsort((value, mentee))
            pairs, mentee = pairs[order], mentee[order]
            new = np.r_[True, mentee[1:] != mentee[:-1]]
            place = np.arange(len(pairs)) - np.maximum.accumulate(np.where(new, np.arange(len(pairs)), 0))
            self._taken[pairs[place < _ADDED]] = True
        return found

    def _take_candidates(self) -> None:
        instance, first = self.instance, self.instance.first
        degree = np.diff(first)
        width = int(degree.max())
        rows = max(1, 2_000_000 // max(width, 1))
        for start in range(0, instance.n_mentees, rows):
            block = np.arange(start, min(start + rows, instance.n_mentees))
            column = np.arange(width)[None, :]
            there = column < degree[block][:, None]
            position = np.where(there, first[block][:, None] + column, 0)
            weight = np.where(there, instance.weight[position].astype(np.int64), -(2**62))
            if width > _BEST:
                best = np.argpartition(-weight, _BEST, axis=1)[:, :_BEST]
            else:
                best = np.broadcast_to(column, weight.shape)
            at = np.take_along_axis(position, best, axis=1)
            self._taken[at[np.take_along_axis(there, best, axis=1)]] = True
            # Without these, mentees who all want the same few mentors would have nowhere else to go.
            some = (block[:, None] * 7919 + np.arange(_SPREAD)[None, :] * 104_729) % np.maximum(degree[block], 1)[
                :, None
            ]
            spread = first[block][:, None] + some
            self._taken[spread[np.broadcast_to((degree[block] > 0)[:, None], spread.shape)]] = True
