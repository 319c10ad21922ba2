"""The problem that a proof is about, read from what was given without the solver's help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_UNIT = 1_000_000
_BLOCK = 2_000_000


class WrongError(Exception):
    """What does not hold."""


def demand(holds: Any, reason: str) -> None:
    """WrongError with this reason unless it holds."""
    if not holds:
        raise WrongError(reason)


class Problem:
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
