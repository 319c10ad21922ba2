"""The levels of an objective, each checked by its prices on what the levels before leave open."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.checker_problem import Problem, demand

if TYPE_CHECKING:
    from matching.certificate import Level

_LARGE = 2**61


@dataclass
class State:
    """The problem, and the assignment: `at`, positions of its pairs; `load`, free mentees per mentor."""

    p: Problem
    mentor_of: NDArray[np.int64]
    at: NDArray[np.int64]
    load: NDArray[np.int64]

    @property
    def free(self) -> NDArray[np.int64]:
        """Positions of chosen pairs that are not locked."""
        return self.at[self.p.is_free[self.p.i[self.at]]]


Pairs = Callable[[NDArray[np.int64]], NDArray[np.int64]]


def _next(levels: list[Level], name: str) -> Level:
    demand(levels and levels[0].name == name, f"{name}: its level is missing")
    return levels.pop(0)


def _prices(state: State, level: Level) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    p, u, v = state.p, level.mentee_price, level.mentor_price
    demand(u.shape == (p.n,) and v.shape == p.room.shape, f"{level.name}: prices of the wrong length")
    demand(u.dtype == np.int64 and v.dtype == np.int64, f"{level.name}: prices that are no 64-bit integers")
    # Beyond this size sums could wrap around and prove anything.
    demand(
        max(map(abs, [*_ends(u), *_ends(v), *_ends(p.weight)])) < _LARGE // 2, f"{level.name}: prices beyond 64 bits"
    )
    demand((u[~p.is_free] == 0).all(), f"{level.name}: a locked mentee has a price")
    demand((u[p.is_free & ~p.must] >= 0).all(), f"{level.name}: negative price of a mentee who may be left out")
    return u, v


def _linear(state: State, level: Level, gain: Pairs, step: Pairs | None = None) -> None:
    """A level that maximises the gain of chosen pairs; `step`: what a mentor's next mentee beyond a load adds."""
    p, (u, v), name = state.p, _prices(state, level), level.name
    tight = p.open.copy()
    for pairs in p.blocks():
        slack = u[p.i[pairs]] + v[p.j[pairs]] - gain(pairs)
        demand((slack >= 0).all(), f"{name}: dual feasibility: a pair gains more than its prices")
        tight[pairs] = slack == 0
    demand(tight[state.free].all(), f"{name}: complementary slackness: a chosen pair is not worth its prices")
    waits = p.is_free & (state.mentor_of < 0)
    demand((u[waits] == 0).all(), f"{name}: complementary slackness: an unmatched mentee has a price")
    if step is None:
        demand((v[state.load < p.high] <= 0).all(), f"{name}: complementary slackness: a free place has a price")
        demand((v[state.load > p.low] >= 0).all(), f"{name}: complementary slackness: a place in use is priced below 0")
        low, high = np.where(v > 0, p.high, p.low), np.where(v < 0, p.low, p.high)
    else:
        more, less = state.load < p.high, state.load > p.low
        demand((step(state.load) + v <= 0)[more].all(), f"{name}: a mentor with room should take one more")
        demand((step(state.load - 1) + v >= 0)[less].all(), f"{name}: a mentor should have one fewer")
        low, high = p.low.copy(), p.low.copy()
        for _ in range(int((p.high - p.low).max(initial=0))):
            low = low + ((low < p.high) & (step(low) + v > 0))
            high = high + ((high < p.high) & (step(high) + v >= 0))
    p.open, p.must, p.low, p.high = tight, p.must | (u > 0), low, high


def _one(state: State, level: Level) -> None:
    _linear(state, level, lambda pairs: np.ones(len(pairs), np.int64))


def _participation(state: State, levels: list[Level]) -> None:
    _one(state, _next(levels, "participation"))


def _total(state: State, levels: list[Level]) -> None:
    _linear(state, _next(levels, "total"), lambda pairs: state.p.weight[pairs])


def _balance(state: State, levels: list[Level]) -> None:
    p = state.p
    sizes = {int(c) for c in p.capacity[p.capacity > 0]}
    scale = math.lcm(*sizes) if sizes else 1
    demand(scale < 2**41, "balance: capacities without a common scale")
    square = np.array([scale // int(c) if c > 0 else 0 for c in p.capacity], dtype=np.int64)

    def step(load: NDArray[np.int64]) -> NDArray[np.int64]:
        before = load + p.taken
        return square * before**2 - square * (before + 1) ** 2

    _linear(state, _next(levels, "balance"), lambda pairs: np.zeros(len(pairs), np.int64), step)


def _worst_off(state: State, levels: list[Level]) -> None:
    """Pairs at or above the threshold stay open, once it is proved that no solution does without a pair at it."""
    p, level = state.p, _next(levels, "worst_off")
    values = p.weight[state.at]
    if not len(values):
        demand(level.value is None, "worst_off: a value without pairs")
        return
    demand(level.value == int(values.min()), "worst_off: value is not the worst score")
    if bool((p.weight[state.at][~p.is_free[p.i[state.at]]] == level.value).any()):
        demand(level.mentee_price.size == 0 == level.mentor_price.size, "worst_off: prices beside a locked worst pair")
    else:
        u, v = _prices(state, level)
        for pairs in p.blocks():
            pairs = pairs[p.weight[pairs] >= level.value]
            gain = -(p.weight[pairs] == level.value).astype(np.int64)
            demand((u[p.i[pairs]] + v[p.j[pairs]] >= gain).all(), "worst_off: a pair gains more than its prices")
        # Python's integers do not wrap around.
        ends = zip(v.tolist(), p.low.tolist(), p.high.tolist(), strict=True)
        bound = sum(u[p.is_free].tolist()) + sum(max(x * low, x * high) for x, low, high in ends)
        demand(bound <= -1, "worst_off: the prices do not prove that a pair at the worst score is needed")
    p.open &= p.weight >= level.value


def _leximin(state: State, levels: list[Level]) -> None:
    p = state.p
    values = sorted({int(w) for w in p.weight[state.free]})
    for last, value in zip([None, *values], values, strict=False):
        level = _next(levels, "leximin")
        demand(level.value == value, f"leximin: value {level.value} in the proof, {value} among the pairs")
        # Nobody has a score between; that none is the least number is plain.
        p.open &= (p.weight >= value) | (p.weight <= (value if last is None else last)) & (last is not None)
        _linear(state, level, lambda pairs, value=value: -(p.weight[pairs] == value).astype(np.int64))


def _rank_maximal(state: State, levels: list[Level]) -> None:
    p = state.p
    free = np.flatnonzero(p.is_free[p.i]) if len(p.i) else np.zeros(0, np.int64)
    rank = np.zeros(len(p.i), np.int64)
    order = free[np.lexsort((-p.weight[free], p.i[free]))]
    place, before = 0, (-1, 0)
    for k, (person, weight) in zip(order, zip(p.i[order].tolist(), p.weight[order].tolist(), strict=True), strict=True):
        place = 1 if person != before[0] else place + (weight != before[1])
        rank[k], before = place, (person, weight)
    for place in range(1, int(rank.max(initial=0)) + 1):
        if (p.open & (rank == place)).any():
            level = _next(levels, "rank_maximal")
            demand(level.value == place, f"rank_maximal: rank {level.value} in the proof, expected {place}")
            _linear(state, level, lambda pairs, place=place: (rank[pairs] == place).astype(np.int64))


LEVELS: dict[str, Callable[[State, list[Level]], None]] = {
    "participation": _participation, "worst_off": _worst_off, "balance": _balance, "total": _total,
    "leximin": _leximin, "rank_maximal": _rank_maximal,
}  # fmt: skip


def _ends(values: NDArray[np.int64]) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)
