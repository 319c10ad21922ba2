"""The levels of an objective, solved one after another on what the levels before leave open."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching import flow
from matching.certificate import Level
from matching.columns import Columns
from matching.duals import prices
from matching.errors import MatchingError
from matching.face import Face, Gain
from matching.instance import Instance, Ints
from matching.thresholds import candidates

NAMES = ("participation", "worst_off", "balance", "total", "leximin", "rank_maximal")
DEFAULT = ("participation", "worst_off", "balance", "total")
_MOST = 2**40  # greatest common scale of the mentors' capacities


def check(objective: tuple[str, ...]) -> None:
    """MatchingError unless the levels are known, each named once, and in an order that means something."""
    unknown = [name for name in objective if name not in NAMES]
    if unknown or not objective or len(set(objective)) < len(objective):
        raise MatchingError(
            f"objective {objective}: expected some of {', '.join(NAMES)}, each once, first things first"
        )
    if "worst_off" in objective and "participation" not in objective[: objective.index("worst_off")]:
        raise MatchingError("objective: worst_off is over matched mentees, so participation must come before it")
    if "leximin" in objective and "worst_off" in objective[objective.index("leximin") :]:
        raise MatchingError("objective: leximin settles the worst off already; leave out the worst_off after it")


class Search:
    """Solves level after level; `mentor_of` (free mentees only) and `levels`, the proofs, are the result.

    `face`: what the levels so far leave open. `widest`: the same after participation, if that was the first level.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.face = self.widest = Face.of(instance)
        self.columns = Columns(instance)
        self.mentor_of = np.full(instance.n_mentees, -1, np.int64)
        self.levels: list[Level] = []
        self._steps: dict[str, Callable[[], None]] = {
            "participation": self._participation, "worst_off": self._worst_off, "balance": self._balance,
            "total": lambda: self._linear("total", Gain(self.instance.weight)), "leximin": self._leximin,
            "rank_maximal": self._rank_maximal,
        }  # fmt: skip

    def run(self, objective: tuple[str, ...]) -> None:
        """All levels, then the rule for ties: of equal optima the one that matches the earlier mentees."""
        for name in objective:
            self._steps[name]()
        self._earliest()

    # -- one linear level ---------------------------------------------------------------------------------------------

    def _linear(self, name: str, gain: Gain, value: int | None = None) -> None:
        self._settle(name, value, gain, *self._solve(gain))

    def _solve(self, gain: Gain) -> tuple[Ints, Ints]:
        """Makes `mentor_of` the best on the face, and returns the prices that prove it."""
        instance, face = self.instance, self.face

        def slack(at: Ints) -> Ints:
            return u[instance.mentee[at]] + v[instance.mentor[at]] - gain.of(at)

        while True:
            pairs = self.columns.of(face)
            self.mentor_of = flow.best(instance, face, gain, pairs)
            u, v = prices(instance, face, gain, self.mentor_of, pairs)
            if not self.columns.add(face, slack):
                return u, v

    def _settle(self, name: str, value: int | None, gain: Gain, u: Ints, v: Ints) -> None:
        self.levels.append(Level(name, value, u, v))
        self.face = self.face.after(self.instance, gain, u, v)

    # -- the levels ---------------------------------------------------------------------------------------------------

    def _participation(self) -> None:
        if self.levels:
            self._linear("participation", Gain(1))
            return
        instance = self.instance

        def slack(at: Ints) -> Ints:
            return u[instance.mentee[at]] + v[instance.mentor[at]] - 1

        while True:
            pairs = self.columns.of(self.face)
            self.mentor_of = flow.largest(instance, pairs, self.face.high)
            u, v = _cover(instance, self.mentor_of, pairs)
            if not self.columns.add(self.face, slack):
                break
        self._settle("participation", None, Gain(1), u, v)
        self.widest = self.face

    def _balance(self) -> None:
        places = self.instance.all_places
        sizes = sorted({int(c) for c in places[places > 0]})
        scale = math.lcm(*sizes) if sizes else 1
        if scale > _MOST:
            raise MatchingError(
                f"capacity: {len(sizes)} different sizes have no common scale in 64 bits; balance needs fewer sizes"
            )
        load = np.where(places > 0, scale // np.maximum(places, 1), 0)
        self._linear("balance", Gain(0, load, self.instance.locked_load))

    def _worst_off(self) -> None:
        weight, locked = self.instance.weight, self.instance.locked_weight
        own = int(locked.min()) if locked.size else None
        if not (self.mentor_of >= 0).any():
            self.levels.append(Level("worst_off", own))
            return
        values = candidates(self.instance, self.face, self.mentor_of, above=None)
        low = self._highest(values, lambda value: weight >= value)
        threshold = int(values[low])
        if own is not None and own <= threshold:
            # A locked pair is the worst off; nothing can be done for it, and the others are at least as well off.
            self.levels.append(Level("worst_off", own))
            self.face = self.face.only(weight >= own)
            return
        _, (u, v) = self._missed(weight > threshold)
        self.levels.append(Level("worst_off", threshold, u, v))
        self.face = self.face.only(weight >= threshold)

    def _leximin(self) -> None:
        if "participation" not in {level.name for level in self.levels}:
            self._participation()
        weight = self.instance.weight
        n_left = int((self.mentor_of >= 0).sum())
        last: int | None = None
        while n_left:
            values = candidates(self.instance, self.face, self.mentor_of, above=last)
            settled = np.zeros(len(weight), bool) if last is None else weight <= last
            at = self._highest(values, lambda value, settled=settled: settled | (weight >= value))
            last = int(values[at])
            self.face = self.face.only(settled | (weight >= last))
            self._linear("leximin", Gain(-(weight == last).astype(np.int8)), last)
            n_left -= int((weight[self.instance.chosen(self.mentor_of)] == last).sum())

    def _rank_maximal(self) -> None:
        rank = ranks(self.instance)
        for place in range(1, int(rank.max(initial=0)) + 1):
            has_rank = rank == place
            if (has_rank & self.face.is_open).any():
                self._linear("rank_maximal", Gain(has_rank.astype(np.int8)), place)

    def _earliest(self) -> None:
        """Of equal optima the one with the earlier mentees and, where that fits 64 bits, the earlier mentors."""
        instance, face = self.instance, self.face
        n, m = instance.n_mentees, instance.n_mentors
        chosen = instance.chosen(self.mentor_of)
        if np.count_nonzero(face.is_open) == len(chosen) and face.is_open[chosen].all():
            return  # one solution is left
        step = n * m + 1 if flow.fits(n * (n * m + 1), n + m) else 0
        worth = np.zeros(len(instance.mentee), np.int64)
        for part in instance.blocks():
            at = np.flatnonzero(face.is_open[part]) + part.start
            mentee = n - instance.mentee[at].astype(np.int64)
            worth[at] = mentee * step - instance.mentor[at] if step else mentee
        self._solve(Gain(worth))

    # -- thresholds ---------------------------------------------------------------------------------------------------

    def _highest(self, values: Ints, keep: Callable[[int], NDArray[np.bool_]]) -> int:
        """The position of the highest value at which the face can still be met; the lowest always can."""
        low, high, step = 0, len(values), 1
        while high - low > 1:
            # Most often the threshold lies close to the top: go down from there in growing steps.
            middle = max(high - step, (low + high) // 2) if step < len(values) else (low + high) // 2
            step *= 4
            if self._missed(keep(int(values[middle])))[0] == 0:
                low, step = middle, len(values)
            else:
                high = middle
        return low

    def _missed(self, keep: NDArray[np.bool_]) -> tuple[int, tuple[Ints, Ints]]:
        instance = self.instance

        def slack(at: Ints) -> Ints:
            return u[instance.mentee[at]] + v[instance.mentor[at]]

        while True:
            missed, (u, v) = flow.missed(instance, self.face, self.columns.of(self.face, keep))
            if missed == 0 or not self.columns.add(self.face, slack, keep):
                return missed, (u, v)


def ranks(instance: Instance) -> Ints:
    """(n_pairs,) the mentor's place, from 1, in the mentee's order by score; equal scores share a place."""
    n = len(instance.mentee)
    if n == 0:
        return np.zeros(0, np.int64)
    order = np.lexsort((-instance.weight.astype(np.int64), instance.mentee))
    mentee, weight = instance.mentee[order], instance.weight[order]
    begins = np.r_[True, mentee[1:] != mentee[:-1]]
    changes = (begins | np.r_[True, weight[1:] != weight[:-1]]).astype(np.int64)
    count = np.cumsum(changes)
    place = count - np.maximum.accumulate(np.where(begins, count - 1, 0))
    out = np.empty(n, np.int64)
    out[order] = place
    return out


def _cover(instance: Instance, mentor_of: Ints, pairs: Ints) -> tuple[Ints, Ints]:
    """König's cover for a largest assignment: 0/1 per mentee and mentor; it touches every pair.

    Walks from the unmatched mentees to their mentors, from these to their mentees, and on, until nothing new comes up.
    """
    mentee_in = instance.is_free & (mentor_of < 0)
    mentor_in = np.zeros(instance.n_mentors, bool)
    matched = np.flatnonzero(mentor_of >= 0)
    i, j = instance.mentee[pairs], instance.mentor[pairs]
    while mentee_in.any():
        before = int(mentor_in.sum())
        mentor_in[j[mentee_in[i]]] = True
        if int(mentor_in.sum()) == before:
            break
        mentee_in[matched[mentor_in[mentor_of[matched]]]] = True
    return (instance.is_free & ~mentee_in).astype(np.int64), mentor_in.astype(np.int64)
