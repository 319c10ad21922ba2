"""The independent checker: is an assignment feasible, and proved optimal at every level of its objective?

It shares no code with the solver and needs numpy only. Each level is a linear programme over what the levels before
leave open. Prices u for mentees and v for places with u + v >= gain for every open pair bound what the level can reach
(weak duality); an assignment that reaches the bound is optimal, and all optima are those that meet complementary
slackness with these prices (Schrijver, Theory of Linear and Integer Programming, 1986, section 7.9). That says what is
open at the next level.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

_UNIT = 1_000_000
_LARGE = 2**61
_BLOCK = 2_000_000
_NOTHING = np.zeros(0, np.int64)
_NAMES = ("participation", "worst_off", "balance", "total", "leximin", "rank_maximal")


@dataclass(frozen=True)
class Report:
    """The checker's verdict: true if everything holds, else falsy with the first reason that does not."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


@dataclass(frozen=True, eq=False)
class Level:
    """The proof of one level: `mentee_price`, `mentor_price` in the unit of what the level counts.

    `value`: worst_off and leximin, the score in millionths that is the least (None: no pairs); rank_maximal, the rank.
    `mentee_price` and `mentor_price` are empty for a worst_off that a locked pair settles.
    """

    name: str
    value: int | None = None
    mentee_price: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)
    mentor_price: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, eq=False)
class Certificate:
    """Proof of an optimum: a level's prices for each level of the objective, for leximin and rank_maximal several.

    `seal`: a digest over certificate and assignment, so that two changes that happen to cancel out are found too.
    """

    objective: tuple[str, ...]
    levels: tuple[Level, ...]
    seal: str = ""

    def verify(
        self,
        assignment: Any,
        mentee: ArrayLike,
        mentor: ArrayLike,
        score: ArrayLike,
        *,
        n_mentees: int,
        capacity: ArrayLike,
        objective: Sequence[str],
        locked: Sequence[tuple[int, int]] = (),
    ) -> Report:
        """Check feasibility, every bound and complementary slackness on the problem as it was given.

        Arguments as in `matching.assign`. Never raises on tampered values: the report is falsy and says why.
        """
        try:
            problem = _Problem(mentee, mentor, score, n_mentees, capacity, locked)
            _check(self, assignment, problem, tuple(objective))
        except _WrongError as wrong:
            return Report(str(wrong))
        except (TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
            return Report(f"malformed value: {error}")
        return Report()

    def sealed_by(self, assignment: Any) -> str:
        """The digest over this certificate and an assignment, 64 hex digits."""
        digest = hashlib.sha256(repr(self.objective).encode())
        for level in self.levels:
            digest.update(f"|{level.name} {level.value!r}|".encode())
            for part in (level.mentee_price, level.mentor_price):
                digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
        for part in (assignment.mentor_of, assignment.loads):
            digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
        digest.update(f"{assignment.matched!r} {float(assignment.worst)!r} {float(assignment.total)!r}".encode())
        return digest.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain lists and integers, for canonical JSON."""
        levels = [
            {"name": x.name, "value": x.value, "mentee_price": x.mentee_price.tolist(),
             "mentor_price": x.mentor_price.tolist()}
            for x in self.levels
        ]  # fmt: skip
        return {"objective": list(self.objective), "levels": levels, "seal": self.seal}

    @classmethod
    def from_json(cls, data: dict[str, Any] | str) -> Self:
        """The inverse of `to_json`, from the dict or its text."""
        data = json.loads(data) if isinstance(data, str) else data
        levels = tuple(
            Level(x["name"], x["value"], *(np.array(x[k], dtype=np.int64) for k in ("mentee_price", "mentor_price")))
            for x in data["levels"]
        )
        return cls(tuple(data["objective"]), levels, data["seal"])


class _WrongError(Exception):
    pass


def _demand(holds: Any, reason: str) -> None:
    if not holds:
        raise _WrongError(reason)


class _Problem:
    """The problem as given, read independently of the solver, and what is open at the level being checked."""

    def __init__(self, mentee: ArrayLike, mentor: ArrayLike, score: ArrayLike, n_mentees: int, capacity: ArrayLike,
                 locked: Sequence[tuple[int, int]]) -> None:  # fmt: skip
        self.i, self.j = _indices(mentee), _indices(mentor)
        self.score = np.asarray(score, dtype=np.float64).reshape(-1)
        self.n = int(n_mentees)
        self.capacity = np.array(capacity, dtype=np.int64).reshape(-1)
        self.weight = _millionths(self.score)
        self.lock = np.full(self.n, -1, np.int64)
        for a, b in locked:
            self.lock[int(a)] = int(b)
        self.is_free = self.lock < 0
        self.taken = np.bincount(self.lock[~self.is_free], minlength=len(self.capacity))
        self.room = self.capacity - self.taken
        # What is open: pairs, mentees who must be matched, and least and greatest loads of free mentees.
        self.open = self.is_free[self.i] if len(self.i) else np.zeros(0, bool)
        self.must = np.zeros(self.n, bool)
        self.low = np.zeros(len(self.capacity), np.int64)
        self.high = np.minimum(self.room, np.bincount(self.j[self.open], minlength=len(self.capacity)))

    def blocks(self) -> Iterator[NDArray[np.int64]]:
        """Positions of open pairs, some at a time."""
        for start in range(0, len(self.i), _BLOCK):
            yield np.flatnonzero(self.open[start : start + _BLOCK]) + start


def _indices(values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values).reshape(-1)
    return array if array.dtype.kind == "i" else array.astype(np.int64)


def _millionths(score: NDArray[np.float64]) -> NDArray[np.int64]:
    weight = np.rint(score * _UNIT)
    large = np.abs(weight) >= 2.0**50
    if large.any():
        exact = np.where(large, 0, weight).astype(np.int64)
        exact[large] = [int((Decimal(repr(float(x))) * _UNIT).to_integral_value()) for x in score[large]]
        return exact
    return weight.astype(np.int64)


def _check(c: Certificate, a: Any, p: _Problem, objective: tuple[str, ...]) -> None:
    _demand(all(name in _NAMES for name in objective) and objective, f"objective {objective}: unknown")
    _demand(c.objective == objective, f"certificate is for objective {c.objective}, not {objective}")
    mentor_of = np.asarray(a.mentor_of)
    chosen = _feasible(a, mentor_of, p)
    load = np.bincount(mentor_of[p.is_free & (mentor_of >= 0)], minlength=len(p.room))
    state = _State(p, mentor_of, np.flatnonzero(chosen), load)
    levels = list(c.levels)
    for name in objective:
        if name == "leximin" and "participation" not in objective[: objective.index("leximin")]:
            _one(state, _next(levels, "participation"))
        _LEVELS[name](state, levels)
    _demand(not levels, "certificate: more levels than the objective has")
    _demand(c.seal == c.sealed_by(a), "seal: certificate and assignment are not those that were sealed together")


def _feasible(a: Any, mentor_of: NDArray[np.int64], p: _Problem) -> NDArray[np.bool_]:
    """Which pairs are chosen, once every figure of the assignment agrees with them."""
    n_mentors = len(p.capacity)
    _demand(mentor_of.shape == (p.n,) and mentor_of.dtype.kind == "i", "mentor_of: expected one integer per mentee")
    _demand(((mentor_of >= -1) & (mentor_of < n_mentors)).all(), "mentor_of: unknown mentor")
    chosen = mentor_of[p.i] == p.j
    n_chosen = np.bincount(p.i[chosen], minlength=p.n)
    _demand((n_chosen == (mentor_of >= 0)).all(), "mentor_of: a pair that is not allowed")
    loads = np.bincount(mentor_of[mentor_of >= 0], minlength=n_mentors)
    _demand(np.array_equal(np.asarray(a.loads), loads), "loads: not the number of mentees of each mentor")
    _demand((loads <= p.capacity).all(), "capacity exceeded")
    _demand((p.is_free | (mentor_of == p.lock)).all(), "a locked pair is missing")
    _demand(a.matched == chosen.sum(), "matched: not the number of pairs")
    total, worst = math.fsum(p.score[chosen]), min(p.score[chosen], default=math.nan)
    _demand(a.total == total, f"total: {a.total} claimed, {total} found")
    _demand(a.worst == worst or (math.isnan(worst) and math.isnan(a.worst)), f"worst: {a.worst} claimed, {worst} found")
    return chosen


@dataclass
class _State:
    """The problem, and the assignment: `at`, positions of its pairs; `load`, free mentees per mentor."""

    p: _Problem
    mentor_of: NDArray[np.int64]
    at: NDArray[np.int64]
    load: NDArray[np.int64]

    @property
    def free(self) -> NDArray[np.int64]:
        """Positions of chosen pairs that are not locked."""
        return self.at[self.p.is_free[self.p.i[self.at]]]


Pairs = Callable[[NDArray[np.int64]], NDArray[np.int64]]


def _next(levels: list[Level], name: str) -> Level:
    _demand(levels and levels[0].name == name, f"{name}: its level is missing")
    return levels.pop(0)


def _prices(state: _State, level: Level) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    p, u, v = state.p, level.mentee_price, level.mentor_price
    _demand(u.shape == (p.n,) and v.shape == p.room.shape, f"{level.name}: prices of the wrong length")
    _demand(u.dtype.kind == "i" and v.dtype.kind == "i", f"{level.name}: prices that are no integers")
    # Beyond this size sums could wrap around and prove anything.
    _demand(
        max(map(abs, [*_ends(u), *_ends(v), *_ends(p.weight)])) < _LARGE // 2, f"{level.name}: prices beyond 64 bits"
    )
    _demand((u[~p.is_free] == 0).all(), f"{level.name}: a locked mentee has a price")
    _demand((u[p.is_free & ~p.must] >= 0).all(), f"{level.name}: negative price of a mentee who may be left out")
    return u, v


def _linear(state: _State, level: Level, gain: Pairs, step: Pairs | None = None) -> None:
    """A level that maximises the gain of chosen pairs; `step`: what a mentor's next mentee beyond a load adds."""
    p, (u, v), name = state.p, _prices(state, level), level.name
    tight = p.open.copy()
    for pairs in p.blocks():
        slack = u[p.i[pairs]] + v[p.j[pairs]] - gain(pairs)
        _demand((slack >= 0).all(), f"{name}: dual feasibility: a pair gains more than its prices")
        tight[pairs] = slack == 0
    _demand(tight[state.free].all(), f"{name}: complementary slackness: a chosen pair is not worth its prices")
    waits = p.is_free & (state.mentor_of < 0)
    _demand((u[waits] == 0).all(), f"{name}: complementary slackness: an unmatched mentee has a price")
    if step is None:
        _demand((v[state.load < p.high] <= 0).all(), f"{name}: complementary slackness: a free place has a price")
        _demand(
            (v[state.load > p.low] >= 0).all(), f"{name}: complementary slackness: a place in use is priced below 0"
        )
        low, high = np.where(v > 0, p.high, p.low), np.where(v < 0, p.low, p.high)
    else:
        more, less = state.load < p.high, state.load > p.low
        _demand((step(state.load) + v <= 0)[more].all(), f"{name}: a mentor with room should take one more")
        _demand((step(state.load - 1) + v >= 0)[less].all(), f"{name}: a mentor should have one fewer")
        low, high = p.low.copy(), p.low.copy()
        for _ in range(int((p.high - p.low).max(initial=0))):
            low = low + ((low < p.high) & (step(low) + v > 0))
            high = high + ((high < p.high) & (step(high) + v >= 0))
    p.open, p.must, p.low, p.high = tight, p.must | (u > 0), low, high


def _one(state: _State, level: Level) -> None:
    _linear(state, level, lambda pairs: np.ones(len(pairs), np.int64))


def _participation(state: _State, levels: list[Level]) -> None:
    _one(state, _next(levels, "participation"))


def _total(state: _State, levels: list[Level]) -> None:
    _linear(state, _next(levels, "total"), lambda pairs: state.p.weight[pairs])


def _balance(state: _State, levels: list[Level]) -> None:
    p = state.p
    sizes = {int(c) for c in p.capacity[p.capacity > 0]}
    scale = math.lcm(*sizes) if sizes else 1
    _demand(scale < 2**41, "balance: capacities without a common scale")
    square = np.array([scale // int(c) if c > 0 else 0 for c in p.capacity], dtype=np.int64)

    def step(load: NDArray[np.int64]) -> NDArray[np.int64]:
        before = load + p.taken
        return square * before**2 - square * (before + 1) ** 2

    _linear(state, _next(levels, "balance"), lambda pairs: np.zeros(len(pairs), np.int64), step)


def _worst_off(state: _State, levels: list[Level]) -> None:
    """Pairs at or above the threshold stay open, once it is proved that no solution does without a pair at it."""
    p, level = state.p, _next(levels, "worst_off")
    values = p.weight[state.at]
    if not len(values):
        _demand(level.value is None, "worst_off: a value without pairs")
        return
    _demand(level.value == int(values.min()), "worst_off: value is not the worst score")
    if bool((p.weight[state.at][~p.is_free[p.i[state.at]]] == level.value).any()):
        _demand(level.mentee_price.size == 0 == level.mentor_price.size, "worst_off: prices beside a locked worst pair")
    else:
        u, v = _prices(state, level)
        for pairs in p.blocks():
            pairs = pairs[p.weight[pairs] >= level.value]
            gain = -(p.weight[pairs] == level.value).astype(np.int64)
            _demand((u[p.i[pairs]] + v[p.j[pairs]] >= gain).all(), "worst_off: a pair gains more than its prices")
        bound = sum(u[p.is_free].tolist()) + sum(np.maximum(v * p.low, v * p.high).tolist())
        _demand(bound <= -1, "worst_off: the prices do not prove that a pair at the worst score is needed")
    p.open &= p.weight >= level.value


def _leximin(state: _State, levels: list[Level]) -> None:
    p = state.p
    values = sorted({int(w) for w in p.weight[state.free]})
    for last, value in zip([None, *values], values, strict=False):
        level = _next(levels, "leximin")
        _demand(level.value == value, f"leximin: value {level.value} in the proof, {value} among the pairs")
        # Nobody has a score between; that none is the least number is plain.
        p.open &= (p.weight >= value) | (p.weight <= (value if last is None else last)) & (last is not None)
        _linear(state, level, lambda pairs, value=value: -(p.weight[pairs] == value).astype(np.int64))


def _rank_maximal(state: _State, levels: list[Level]) -> None:
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
            _demand(level.value == place, f"rank_maximal: rank {level.value} in the proof, expected {place}")
            _linear(state, level, lambda pairs, place=place: (rank[pairs] == place).astype(np.int64))


_LEVELS: dict[str, Callable[[_State, list[Level]], None]] = {
    "participation": _participation, "worst_off": _worst_off, "balance": _balance, "total": _total,
    "leximin": _leximin, "rank_maximal": _rank_maximal,
}  # fmt: skip


def _ends(values: NDArray[np.int64]) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)
