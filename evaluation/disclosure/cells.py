"""The suppressor's view of tables: cells, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evaluation.disclosure.policy import TOTAL

Signature = frozenset[tuple[str, str]]
FIGURES = ("n", "is_hidden", "is_public")


class TableError(ValueError):
    """A table that cannot be read as counts by dimensions."""


@dataclass(slots=True)
class Cells:
    """All cells of linked tables: `n` (true counts), `hidden`, `rows` (table and row positions), `sums` (total, parts).

    `sums_of`: positions of the sums that a cell stands in. `known_bounds`: intervals already worked out, by the cells
    that are hidden together.
    """

    n: list[float] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    is_margin: list[bool] = field(default_factory=list)
    is_public: list[bool] = field(default_factory=list)
    rows: list[list[tuple[str, int]]] = field(default_factory=list)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    sums_of: dict[int, list[int]] = field(default_factory=dict)
    known_bounds: dict[tuple[int, ...], dict[int, tuple[float, float]]] = field(default_factory=dict)


def dimensions(frame: pd.DataFrame) -> list[str]:
    """The dimension columns of a table: all but n, is_hidden and is_public."""
    missing = [c for c in ("n", "is_hidden") if c not in frame.columns]
    if missing:
        raise TableError(f"table lacks {', '.join(missing)}: expected dimension columns, n and is_hidden")
    return [c for c in frame.columns if c not in FIGURES]


def read(tables: Mapping[str, pd.DataFrame]) -> Cells:
    """Cells of all tables; the same group of the same people in two tables is one cell.

    Two tables count the same people if every group that both show has the same count in both. A sum counts only where
    it holds: parts that were left out of a table tie nothing.
    """
    cells = Cells()
    universes: list[dict[Signature, int]] = []
    for name in sorted(tables):
        frame = tables[name]
        dims = dimensions(frame)
        codes = frame[dims].astype(str).to_numpy(dtype=object) if dims else np.empty((len(frame), 0), dtype=object)
        signatures = [frozenset((d, c) for d, c in zip(dims, row, strict=True) if c != TOTAL) for row in codes]
        if len(set(signatures)) != len(signatures):
            twice = next(s for i, s in enumerate(signatures) if s in signatures[:i])
            raise TableError(f"table {name}: {dict(sorted(twice))} occurs twice; each group needs one row")
        counts = frame["n"].to_numpy(dtype=float, na_value=np.nan)
        if np.isnan(counts).any() or (counts < 0).any():
            raise TableError(f"table {name}: suppress needs every count, also of hidden cells, and none below 0")
        hidden = frame["is_hidden"].astype(bool).tolist()
        public = frame["is_public"].astype(bool).tolist() if "is_public" in frame.columns else [False] * len(frame)
        universe = _universe(universes, cells, signatures, counts)
        place: dict[Signature, int] = {}
        for i, (signature, count) in enumerate(zip(signatures, counts, strict=True)):
            if signature not in universe:
                universe[signature] = len(cells.n)
                cells.n.append(float(count))
                cells.hidden.append(False)
                cells.is_margin.append(len(signature) < len(dims))
                cells.is_public.append(False)
                cells.rows.append([])
            at = universe[signature]
            place[signature] = at
            cells.hidden[at] |= hidden[i]
            cells.is_public[at] |= public[i]
            cells.rows[at].append((name, i))
        cells.sums += [s for s in _sums(dims, codes, signatures, place) if _holds(cells, s)]
    cells.sums = sorted(set(cells.sums))
    for s, (total, parts) in enumerate(cells.sums):
        for at in (total, *parts):
            cells.sums_of.setdefault(at, []).append(s)
    return cells


def _universe(
    universes: list[dict[Signature, int]], cells: Cells, signatures: list[Signature], counts: np.ndarray
) -> dict[Signature, int]:
    for universe in universes:
        shared = [(universe[s], n) for s, n in zip(signatures, counts, strict=True) if s in universe]
        if shared and all(cells.n[at] == n for at, n in shared):
            return universe
    universes.append({})
    return universes[-1]


def _sums(
    dims: list[str], codes: np.ndarray, signatures: list[Signature], place: dict[Signature, int]
) -> list[tuple[int, tuple[int, ...]]]:
    found = []
    for d in range(len(dims)):
        totals: dict[tuple, int] = {}
        parts: dict[tuple, list[int]] = {}
        for row, signature in zip(codes, signatures, strict=True):
            rest = (*row[:d], *row[d + 1 :])
            if row[d] == TOTAL:
                totals[rest] = place[signature]
            else:
                parts.setdefault(rest, []).append(place[signature])
        found += [(totals[rest], tuple(sorted(own))) for rest, own in parts.items() if rest in totals]
    return found


def _holds(cells: Cells, one: tuple[int, tuple[int, ...]]) -> bool:
    return abs(cells.n[one[0]] - sum(cells.n[i] for i in one[1])) < 1e-9
