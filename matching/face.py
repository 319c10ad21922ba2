"""The assignments that are optimal so far: what each level of a lexicographic objective leaves to the next.

All optimal solutions of a linear programme are those that meet complementary slackness with any one dual solution. So a
level's prices say exactly which pairs, which mentees and which loads the next level may still choose from.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.instance import Instance, Ints

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Gain:
    """What a level maximises: the sum of `pair` over chosen pairs plus each mentor's `load` gain.

    `pair`: an integer for each pair of the instance, or one integer for all of them. `load`: None, or (n_mentors,)
    integers w: a mentor with k mentees here and `fixed` locked ones costs w * (k + fixed)^2.
    """

    pair: Ints | int
    load: Ints | None = None
    fixed: Ints | None = None

    def of(self, pairs: Ints) -> Ints:
        """The gain of the pairs at these positions."""
        if isinstance(self.pair, (int, np.integer)):
            return np.full(len(pairs), int(self.pair), np.int64)
        return self.pair[pairs].astype(np.int64)

    def step(self, load: Ints) -> Ints:
        """What each mentor's next mentee beyond `load` adds by load alone; 0 or less."""
        if self.load is None:
            return np.zeros(len(load), np.int64)
        return -self.load * (2 * (load + self.fixed) + 1)


@dataclass(frozen=True, eq=False)
class Face:
    """Who and what the levels so far leave open.

    `is_open`: (n_pairs,) pairs that may be chosen. `must`: (n_mentees,) mentees who are matched in every optimum.
    `low`, `high`: (n_mentors,) bounds of each mentor's load, locked mentees not counted.
    """

    is_open: Mask
    must: Mask
    low: Ints
    high: Ints
    _people: Mask | None = field(default=None, repr=False)

    @classmethod
    def of(cls, instance: Instance) -> Face:
        """Everything that the instance allows."""
        wanted = np.bincount(instance.mentor, minlength=instance.n_mentors)
        high = np.minimum(instance.capacity, wanted)
        return cls(np.ones(len(instance.mentee), bool), np.zeros(instance.n_mentees, bool), np.zeros_like(high), high)

    def only(self, keep: Mask) -> Face:
        """With some of the pairs."""
        return Face(self.is_open & keep, self.must, self.low, self.high)

    def people(self, instance: Instance) -> Mask:
        """(n_mentees,) who takes part: mentees that must be matched, and those with an open pair."""
        if self._people is None:
            people = self.must.copy()
            for part in instance.blocks():
                people[instance.mentee[part][self.is_open[part]]] = True
            object.__setattr__(self, "_people", people)
        return self._people

    def after(self, instance: Instance, gain: Gain, u: Ints, v: Ints) -> Face:
        """The optima of a level, by its prices."""
        is_open = self.is_open.copy()
        for part in instance.blocks():
            own = np.flatnonzero(is_open[part]) + part.start
            slack = u[instance.mentee[own]] + v[instance.mentor[own]] - gain.of(own)
            is_open[own] = slack == 0
        low, high = self.low, self.high
        if gain.load is None:
            low, high = np.where(v > 0, high, low), np.where(v < 0, low, high)
        else:
            # A step that still gains is taken in every optimum, one that loses in none.
            low, high = _reach(self, gain, v, 1), _reach(self, gain, v, 0)
        return Face(is_open, self.must | (u > 0), low, high)


def _reach(face: Face, gain: Gain, v: Ints, least: int) -> Ints:
    """The load up to which each next mentee is worth `least` or more, within the bounds."""
    load = face.low.copy()
    while True:
        more = (load < face.high) & (gain.step(load) + v >= least)
        if not more.any():
            return load
        load = load + more
