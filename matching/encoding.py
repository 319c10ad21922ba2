"""Columns of profiles as arrays by which pairs are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.selection import Formula, Selection


@dataclass(frozen=True, eq=False)
class Sets:
    """Two list columns as bits over their common vocabulary: (words x people) for each side.

    Counting bits is exact and takes a fraction of a matrix product's time.
    """

    left: NDArray[np.uint64]
    right: NDArray[np.uint64]

    def common(self, pairs: Selection) -> NDArray[np.float64]:
        """How many codes both of a pair list."""
        total: NDArray[np.float64] | float = 0.0
        for a, b in zip(self.left, self.right, strict=True):
            # Doubles: numpy counts bits in eight, which several words would overflow.
            total = total + np.bitwise_count(pairs.mentee(a) & pairs.mentor(b)).astype(np.float64)
        return np.asarray(total)

    def sizes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n_left,), (n_right,): how many codes each person lists."""
        left, right = (np.bitwise_count(side).sum(axis=0, dtype=np.float64) for side in (self.left, self.right))
        return left, right


def sets(left: pd.Series, right: pd.Series) -> Sets:
    """The codes of two list columns, to be compared."""
    vocabulary = {code: k for k, code in enumerate(sorted({c for side in (left, right) for row in side for c in row}))}
    n_words = max(1, -(-len(vocabulary) // 64))

    def bits(side: pd.Series) -> NDArray[np.uint64]:
        out = np.zeros((n_words, len(side)), np.uint64)
        for person, listed in enumerate(side):
            for code in listed:
                out[vocabulary[code] // 64, person] |= np.uint64(1 << vocabulary[code] % 64)
        return out

    return Sets(bits(left), bits(right))


def codes(left: pd.Series, right: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One number for each value of either column; -1: unknown."""
    numbers, _ = pd.factorize(pd.concat([left, right], ignore_index=True))
    return numbers[: len(left)], numbers[len(left) :]


def same(left: pd.Series, right: pd.Series) -> Formula:
    """Whether both of a pair have the same value; unknown is not the same as anything."""
    a, b = codes(left, right)
    b = np.where(b < 0, -2, b)

    def formula(pairs: Selection) -> NDArray[np.bool_]:
        return pairs.mentee(a) == pairs.mentor(b)

    return formula


def ranks(lists: pd.Series, people: pd.Series) -> csr_array:
    """(lists x people): the place, from 1, at which a list names a person; 0: not named."""
    position = {person: k for k, person in enumerate(people)}
    named = [
        (row, position[name], place)
        for row, names in enumerate(lists)
        for place, name in enumerate(dict.fromkeys(names), start=1)
        if name in position
    ]
    return _table(named, (len(lists), len(people)), np.int32)


def links(pairs: set[tuple[str, str]], mentees: pd.Series, mentors: pd.Series) -> csr_array:
    """(mentees x mentors): 1 for each of some pairs of pseudonyms; who is not in the columns is passed over."""
    row_of = {p: k for k, p in enumerate(mentees)}
    column_of = {p: k for k, p in enumerate(mentors)}
    known = sorted((row_of[a], column_of[b], 1) for a, b in pairs if a in row_of and b in column_of)
    return _table(known, (len(mentees), len(mentors)), np.int8)


def _table(entries: list[tuple[int, int, int]], shape: tuple[int, int], dtype: type) -> csr_array:
    rows, columns, values = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    return csr_array((values.astype(dtype), (rows, columns)), shape=shape)
