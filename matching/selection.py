"""Which pairs a formula is worked out for: a block of mentees with all mentors, or pairs named one by one.

Formulas written for a selection give the same value for a pair in any selection: comparisons and counts are exact, and
nothing is summed over people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_PAIRS = 250_000  # pairs in a block: its temporary arrays stay in the processor's cache


class Selection(Protocol):
    """Pairs; every method gives arrays that broadcast to the selection's shape."""

    def mentee(self, values: NDArray[Any]) -> NDArray[Any]:
        """(n_mentees,) values of the mentees of the pairs."""

    def mentor(self, values: NDArray[Any]) -> NDArray[Any]:
        """(n_mentors,) values of the mentors of the pairs."""

    def product(self, left: NDArray[Any] | csr_array, right: NDArray[Any] | csr_array) -> NDArray[np.float64]:
        """Inner products of rows of `left` (n_mentees x k) and `right` (n_mentors x k), both dense or both sparse."""

    def table(self, values: csr_array) -> NDArray[Any]:
        """Entries of a sparse (n_mentees x n_mentors) table."""


Formula = Callable[[Selection], NDArray[Any]]


@dataclass(frozen=True)
class Block:
    """Mentees `start` to `stop`, each with all mentors; arrays have the shape (stop - start, n_mentors)."""

    start: int
    stop: int

    def mentee(self, values: NDArray[Any]) -> NDArray[Any]:
        """As a column."""
        return values[self.start : self.stop, None]

    def mentor(self, values: NDArray[Any]) -> NDArray[Any]:
        """As a row."""
        return values[None, :]

    def product(self, left: NDArray[Any] | csr_array, right: NDArray[Any] | csr_array) -> NDArray[np.float64]:
        """Inner products of all rows of the block with all mentors."""
        out = left[self.start : self.stop] @ right.T
        return (out if isinstance(out, np.ndarray) else out.toarray()).astype(np.float64, copy=False)

    def table(self, values: csr_array) -> NDArray[Any]:
        """The block's rows, dense."""
        return values[self.start : self.stop].toarray()


@dataclass(frozen=True, eq=False)
class Listed:
    """Pairs (i[k], j[k]); arrays have the shape (number of pairs,)."""

    i: NDArray[np.integer]
    j: NDArray[np.integer]

    def mentee(self, values: NDArray[Any]) -> NDArray[Any]:
        """One entry a pair."""
        return values[self.i]

    def mentor(self, values: NDArray[Any]) -> NDArray[Any]:
        """One entry a pair."""
        return values[self.j]

    def product(self, left: NDArray[Any] | csr_array, right: NDArray[Any] | csr_array) -> NDArray[np.float64]:
        """One inner product a pair."""
        both = left[self.i] * right[self.j]
        return np.asarray(both.sum(axis=1)).astype(np.float64, copy=False)

    def table(self, values: csr_array) -> NDArray[Any]:
        """One entry a pair."""
        dense = np.zeros(len(self.i), values.dtype)
        rows = values[self.i]
        place = np.repeat(np.arange(len(self.i)), np.diff(rows.indptr))
        hit = rows.indices == np.asarray(self.j)[place]
        dense[place[hit]] = rows.data[hit]
        return dense


def blocks(n_mentees: int, n_mentors: int, rows: int | None = None) -> Iterator[Block]:
    """All pairs in blocks of `rows` mentees, by default as many as keep the temporary arrays small."""
    step = rows or max(1, _PAIRS // max(n_mentors, 1))
    for start in range(0, n_mentees, step):
        yield Block(start, min(start + step, n_mentees))
