"""One assignment problem: checked, put into canonical order, scores as integers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.errors import MatchingError, some

SCALE = 1_000_000  # six decimals
# Twice rounded products of doubles stay within half a unit below this; above it, decimals are exact but slower.
_EXACT = float(2**50)
_LIMIT = 2**61
_BLOCK = 4_000_000

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Instance:
    """Pairs sorted by (mentee, mentor), so that no result depends on the order in which they were given.

    `mentee`, `mentor`, `weight`: one entry an allowed pair whose mentee is not locked; `weight` in millionths.
    `capacity`: what locks leave of each mentor; `all_places`: what each has before. `locked`: (k, 2) pairs, with
    `locked_weight` in millionths. `is_free`: mentees that are not locked.
    """

    mentee: Ints
    mentor: Ints
    weight: Ints
    capacity: Ints
    all_places: Ints
    locked: Ints
    locked_weight: Ints
    is_free: NDArray[np.bool_]

    @property
    def n_mentees(self) -> int:
        """Mentees, locked ones included."""
        return len(self.is_free)

    @property
    def n_mentors(self) -> int:
        """Mentors, those without a free place included."""
        return len(self.capacity)

    @cached_property
    def first(self) -> Ints:
        """(n_mentees + 1,) where each mentee's pairs begin."""
        return np.searchsorted(self.mentee, np.arange(self.n_mentees + 1))

    @cached_property
    def locked_load(self) -> Ints:
        """(n_mentors,) locked mentees of each mentor."""
        return np.bincount(self.locked[:, 1], minlength=self.n_mentors).astype(np.int64)

    def chosen(self, mentor_of: Ints) -> Ints:
        """Positions of the pairs of an assignment."""
        parts = [
            np.flatnonzero(mentor_of[self.mentee[part]] == self.mentor[part]) + part.start for part in self.blocks()
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def blocks(self) -> Iterator[slice]:
        """Consecutive pairs, a few million at a time, so that temporary arrays stay small."""
        for start in range(0, len(self.mentee), _BLOCK):
            yield slice(start, min(start + _BLOCK, len(self.mentee)))


def scaled(score: NDArray[np.float64]) -> Ints:
    """Scores in millionths, rounded to the nearest integer; exact for scores given to six decimals."""
    out = np.zeros(len(score), np.int64)
    for start in range(0, len(score), _BLOCK):
        part = slice(start, start + _BLOCK)
        product = score[part] * SCALE
        large = np.abs(product) >= _EXACT
        if not large.any():
            out[part] = np.rint(product)
            continue
        rows = np.flatnonzero(large) + start
        exact = [int((Decimal(repr(float(x))) * SCALE).to_integral_value()) for x in score[rows]]
        if max(map(abs, exact)) >= _LIMIT:
            rows = rows[[abs(x) >= _LIMIT for x in exact]]
            raise MatchingError(
                f"score, rows {some(rows)}: in millionths beyond 64 bits; expected at most 2.3e12 in size"
            )
        out[part] = np.where(large, 0, np.rint(product))
        out[rows] = exact
    return out


def read(mentee: ArrayLike, mentor: ArrayLike, score: ArrayLike, n_mentees: int, capacity: ArrayLike,
         locked: Sequence[tuple[int, int]]) -> Instance:  # fmt: skip
    """Check everything before any solving; MatchingError (a ValueError) names the rows at fault."""
    i, j = _integers(mentee, "mentee"), _integers(mentor, "mentor")
    cap = _integers(capacity, "capacity").astype(np.int64)
    try:
        s = np.asarray(score, dtype=np.float64)
    except (TypeError, ValueError):
        raise MatchingError("score: expected numbers, one for each allowed pair") from None
    if isinstance(n_mentees, bool) or not isinstance(n_mentees, (int, np.integer)) or n_mentees < 0:
        raise MatchingError(f"n_mentees: expected a number of mentees, 0 or more, got {n_mentees!r}")
    if not (i.shape == j.shape == s.shape and s.ndim == 1):
        raise MatchingError(f"mentee, mentor and score: expected one entry each for every allowed pair, got lengths "
                            f"{i.size}, {j.size} and {s.size}")  # fmt: skip
    _none(~np.isfinite(s), "score", "is nan or infinite; leave a pair without score out, or give it a number")
    _none((i < 0) | (i >= n_mentees), "mentee", f"is unknown; expected 0 to {n_mentees - 1}")
    _none((j < 0) | (j >= len(cap)), "mentor", f"is unknown; expected 0 to {len(cap) - 1}")
    _none(cap < 0, "capacity", "is negative; expected 0 or more")
    i, j, w = _in_order(_narrow(i), _narrow(j), _narrow(scaled(s)))
    pairs, pair_weight = _locks(locked, i, j, w, n_mentees, cap)
    is_free = np.ones(n_mentees, bool)
    is_free[pairs[:, 0]] = False
    # A mentor can never take more than all mentees; this keeps huge capacities out of the arithmetic.
    left = np.minimum(cap - np.bincount(pairs[:, 1], minlength=len(cap)), n_mentees)
    if len(pairs):
        keep = is_free[i]
        i, j, w = i[keep], j[keep], w[keep]
    instance = Instance(i, j, w, left, cap, pairs, pair_weight, is_free)
    _fits(np.r_[instance.weight, instance.locked_weight] if len(pairs) else instance.weight, n_mentees + len(cap))
    return instance


def _in_order(i: Ints, j: Ints, w: Ints) -> tuple[Ints, Ints, Ints]:
    """By mentee, then mentor; what comes in that order already is not sorted again."""
    if _ascends(i, j):
        return i, j, w
    order = np.lexsort((j, i))
    i, j, w = i[order], j[order], w[order]
    twice = np.flatnonzero((i[1:] == i[:-1]) & (j[1:] == j[:-1])) + 1
    if twice.size:
        raise MatchingError(f"rows {some(np.sort(order[twice]))}: the pair is listed twice; list each pair once")
    return i, j, w


def _narrow(values: Ints) -> NDArray[np.signedinteger]:
    """As 32-bit integers where they fit: half the memory of millions of pairs."""
    if values.dtype == np.int32:
        return values
    info = np.iinfo(np.int32)
    fits = values.size == 0 or (values.min() >= info.min and values.max() <= info.max)
    return values.astype(np.int32) if fits else values


def _ascends(i: Ints, j: Ints) -> bool:
    for start in range(0, len(i) - 1, _BLOCK):
        a, b = slice(start, start + _BLOCK), slice(start + 1, start + _BLOCK + 1)
        later = i[b]
        up, same = later > i[a][: len(later)], later == i[a][: len(later)]
        if not (up | same & (j[b] > j[a][: len(later)])).all():
            return False
    return True


def _integers(values: ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise MatchingError(
            f"{name}: expected a one-dimensional array of integers, got {array.dtype}, shape {array.shape}"
        )
    if array.dtype.kind == "u":
        _none(array > np.iinfo(np.int64).max, name, "is beyond 64 bits")
    # Millions of 32-bit indices stay as they are: a copy of 64 bits each would double what they need.
    return array if array.dtype in (np.int32, np.int64) else array.astype(np.int64)


def _none(wrong: NDArray[np.bool_], name: str, problem: str) -> None:
    if wrong.any():
        raise MatchingError(f"{name}, rows {some(np.flatnonzero(wrong))}: {problem}")


def _locks(
    locked: Sequence[tuple[int, int]], i: Ints, j: Ints, w: Ints, n_mentees: int, cap: Ints
) -> tuple[Ints, Ints]:
    pairs: list[tuple[int, int, int]] = []
    mentor_of: dict[int, int] = {}
    for row, pair in enumerate(locked):
        try:
            a, b = (int(x) for x in pair)
        except (TypeError, ValueError):
            raise MatchingError(f"locked, row {row}: expected a pair (mentee, mentor), got {pair!r}") from None
        if not (0 <= a < n_mentees and 0 <= b < len(cap)):
            raise MatchingError(f"locked, row {row}: pair ({a}, {b}) names an unknown mentee or mentor")
        if mentor_of.setdefault(a, b) != b:
            raise MatchingError(f"locked, row {row}: mentee {a} is locked to mentors {mentor_of[a]} and {b}")
        lo, hi = np.searchsorted(i, np.array([a, a + 1], i.dtype))
        at = lo + int(np.searchsorted(j[lo:hi], b))
        if at >= hi or j[at] != b:
            raise MatchingError(f"locked, row {row}: pair ({a}, {b}) is not an allowed pair; lift the rule or the lock")
        pairs.append((a, b, at))
    out = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 3)
    over = np.flatnonzero(np.bincount(out[:, 1], minlength=len(cap)) > cap)
    if over.size:
        raise MatchingError(f"locked: mentors {some(over)} have more locked pairs than capacity; drop some")
    return out[:, :2].copy(), w[out[:, 2]]


def _fits(weight: Ints, n_nodes: int) -> None:
    if weight.size == 0:
        return
    low, high = int(weight.min()), int(weight.max())
    # The solver multiplies costs by the number of nodes; prices grow as far along an alternating path.
    if max(high - low, abs(low), abs(high)) >= _LIMIT // (n_nodes + 4):
        raise MatchingError(
            f"score: values from {low / SCALE:g} to {high / SCALE:g} for {n_nodes} people do not fit "
            f"64 bits in millionths; expected sizes below {_LIMIT / (n_nodes + 4) / SCALE:g}"
        )
