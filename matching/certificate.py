"""The independent checker: is an assignment feasible, and proved optimal at every level of its objective?

It shares no code with the solver and needs numpy only. Weak duality is the whole argument: a cover of all pairs by
mentees and mentors bounds how many can be matched (König 1931); prices with u + v + level >= weight bound the total.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

OBJECTIVES = (
    ("participation", "total"),
    ("participation", "worst_off", "total"),
    ("participation", "worst_off"),
    ("participation",),
    ("total",),
)
_UNIT = 1_000_000
_LARGE = 2**61


@dataclass(frozen=True)
class Report:
    """The checker's verdict: true if everything holds, else falsy with the first reason that does not."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


@dataclass(frozen=True, eq=False)
class Certificate:
    """Proof of an optimum, in millionths of a score.

    `cover_mentee`, `cover_mentor`: a set that touches every pair and is as large as the number matched (participation).
    `threshold`: the least score allowed by worst_off; `bar_mentee`, `bar_mentor`: a set that touches every pair above
    it and is smaller than the number matched. `mentee_price`, `mentor_price`, `level_price`: dual values of the total.
    Parts that the objective does not need are empty. `seal`: a digest over certificate and assignment, so that two
    changes that happen to cancel out are found too.
    """

    objective: tuple[str, ...]
    cover_mentee: NDArray[np.int64]
    cover_mentor: NDArray[np.int64]
    threshold: int | None
    bar_mentee: NDArray[np.int64]
    bar_mentor: NDArray[np.int64]
    mentee_price: NDArray[np.int64]
    mentor_price: NDArray[np.int64]
    level_price: int
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
        digest = hashlib.sha256(json.dumps(self.to_json() | {"seal": ""}, sort_keys=True).encode())
        for part in (assignment.mentor_of, assignment.loads):
            digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
        digest.update(f"{assignment.matched!r} {float(assignment.worst)!r} {float(assignment.total)!r}".encode())
        return digest.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain lists and integers, for canonical JSON."""
        return {name: value.tolist() if isinstance(value, np.ndarray) else list(value) if name == "objective" else value
                for name, value in vars(self).items()}  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        arrays = {name: np.array(value, dtype=np.int64) for name, value in data.items() if isinstance(value, list)
                  and name != "objective"}  # fmt: skip
        return cls(**(data | arrays | {"objective": tuple(data["objective"])}))


class _WrongError(Exception):
    pass


def _demand(holds: Any, reason: str) -> None:
    if not holds:
        raise _WrongError(reason)


class _Problem:
    """The problem as given, read independently of the solver."""

    def __init__(self, mentee: ArrayLike, mentor: ArrayLike, score: ArrayLike, n_mentees: int, capacity: ArrayLike,
                 locked: Sequence[tuple[int, int]]) -> None:  # fmt: skip
        self.i = np.array(mentee, dtype=np.int64).reshape(-1)
        self.j = np.array(mentor, dtype=np.int64).reshape(-1)
        self.score = np.array(score, dtype=np.float64).reshape(-1)
        self.n = int(n_mentees)
        self.capacity = np.array(capacity, dtype=np.int64).reshape(-1)
        self.weight = np.rint(self.score * _UNIT)
        large = np.abs(self.weight) >= 2.0**50
        exact = np.where(large, 0, self.weight).astype(np.int64)
        exact[large] = [int((Decimal(repr(float(x))) * _UNIT).to_integral_value()) for x in self.score[large]]
        self.weight = exact
        self.lock = np.full(self.n, -1, np.int64)
        for a, b in locked:
            self.lock[int(a)] = int(b)
        self.is_free = self.lock < 0
        taken = np.bincount(self.lock[~self.is_free], minlength=len(self.capacity))
        self.room = self.capacity - taken


def _check(c: Certificate, a: Any, p: _Problem, objective: tuple[str, ...]) -> None:
    _demand(objective in OBJECTIVES, f"objective {objective}: unknown")
    _demand(c.objective == objective, f"certificate is for objective {c.objective}, not {objective}")
    mentor_of = np.asarray(a.mentor_of)
    chosen = _feasible(a, mentor_of, p)
    free_arc = p.is_free[p.i]
    free_matched = int((p.is_free & (mentor_of >= 0)).sum())
    above = free_arc
    if "participation" in objective:
        bound = _cover(c.cover_mentee, c.cover_mentor, free_arc, p, "cover")
        _demand(bound == free_matched, f"participation: cover allows {bound} pairs, matched are {free_matched}")
    if "worst_off" in objective:
        above = _worst_off(c, p, chosen, free_arc, free_matched)
    if "total" in objective:
        _prices(c, p, mentor_of, above, chosen, "participation" in objective)
    _demand(c.seal == c.sealed_by(a), "seal: certificate and assignment are not those that were sealed together")


def _feasible(a: Any, mentor_of: NDArray[np.int64], p: _Problem) -> NDArray[np.bool_]:
    """Which arcs are chosen, once every figure of the assignment agrees with them."""
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


def _cover(mentee: NDArray, mentor: NDArray, arcs: NDArray[np.bool_], p: _Problem, name: str) -> int:
    """The size of a cover of `arcs`, with mentors counted by capacity."""
    _demand(mentee.shape == (p.n,) and mentor.shape == p.room.shape, f"{name}: wrong length")
    _demand(np.isin(mentee, (0, 1)).all() and np.isin(mentor, (0, 1)).all(), f"{name}: expected 0 or 1")
    _demand((mentee[p.i[arcs]] + mentor[p.j[arcs]] >= 1).all(), f"{name}: a pair is not covered")
    return int(mentee[p.is_free].sum()) + sum(p.room[mentor == 1].tolist())


def _worst_off(c: Certificate, p: _Problem, chosen: NDArray, free_arc: NDArray, n_matched: int) -> NDArray[np.bool_]:
    """Arcs at or above the threshold, once it is proved that no higher one can be kept."""
    if not chosen.any():
        _demand(c.threshold is None, "worst_off: a threshold without pairs")
        return free_arc
    _demand(c.threshold == int(p.weight[chosen].min()), "worst_off: threshold is not the worst score")
    on_lock = bool((p.weight[chosen & ~free_arc] == c.threshold).any())
    if on_lock:
        _demand(c.bar_mentee.size == 0 and c.bar_mentor.size == 0, "worst_off: a bar beside a locked worst pair")
    else:
        bound = _cover(c.bar_mentee, c.bar_mentor, free_arc & (p.weight > c.threshold), p, "worst_off bar")
        _demand(bound < n_matched, f"worst_off: bar allows {bound} pairs, expected fewer than {n_matched}")
    return free_arc & (p.weight >= c.threshold)


def _prices(c: Certificate, p: _Problem, mentor_of: NDArray, arcs: NDArray, chosen: NDArray, has_level: bool) -> None:
    """Dual feasibility and complementary slackness of the total."""
    u, v, level = c.mentee_price, c.mentor_price, int(c.level_price)
    _demand(u.shape == (p.n,) and v.shape == p.room.shape, "prices: wrong length")
    # Beyond this size sums could wrap around and prove anything.
    _demand(max(map(abs, [level, *_ends(u), *_ends(v), *_ends(p.weight)])) < _LARGE // 2, "prices: beyond 64 bits")
    _demand(has_level or level == 0, "level price: expected 0 where participation is no level")
    _demand((u >= 0).all() and (v >= 0).all(), "prices: negative")
    slack = u[p.i] + v[p.j] + level - p.weight
    _demand((slack[arcs] >= 0).all(), "dual feasibility: a pair is worth more than its prices")
    _demand((slack[arcs & chosen] == 0).all(), "complementary slackness: a chosen pair is not worth its prices")
    _demand((u[p.is_free & (mentor_of < 0)] == 0).all(), "complementary slackness: an unmatched mentee has a price")
    _demand((u[~p.is_free] == 0).all(), "prices: a locked mentee has a price")
    load = np.bincount(mentor_of[p.is_free & (mentor_of >= 0)], minlength=len(p.room))
    _demand((v[load < p.room] == 0).all(), "complementary slackness: a mentor with room has a price")


def _ends(values: NDArray[np.int64]) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)
