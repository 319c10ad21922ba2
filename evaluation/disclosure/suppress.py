"""The suppressor: hides small cells, then as few others as keep the small ones from being worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from evaluation.disclosure.cells import Cells, dimensions, read
from evaluation.disclosure.policy import Policy, Release

_SMALL_PROBLEM = 6000  # unsafe cells times cells, up to which one integer programme decides them together
_BATCH = 40
_MARGIN_COST = 0.001  # of two equal choices the inner cell is hidden, so that totals stay


def suppress(
    tables: Mapping[str, pd.DataFrame], policy: Policy, history: Sequence[Mapping[str, pd.DataFrame]] = ()
) -> Release:
    """Tables with n hidden (nan, is_hidden) where it must be. Rows that come in hidden stay so.

    `tables`: name to frame of dimension columns (text; "__total__" is the margin), true `n`, `is_hidden` and, if need
    be, `is_public` (known to everybody, whatever its size; never hidden). `history`:
    earlier editions as they were published; what they showed of the same people cannot be hidden any more and protects
    nothing. Complementary cells are chosen by an integer programme, then each that proves needless is shown again.
    `log`: table, row, reason ("too_few", "complementary"); it is internal, since the reason tells who is small.
    Source: Fischetti and Salazar (2001), Management Science 47:1008-1027 (attacker's bounds as constraints).
    """
    cells = read(tables)
    given = np.array(cells.hidden, dtype=bool)
    small = np.array([policy.is_small(n) for n in cells.n], dtype=bool)
    public = np.array(cells.is_public, dtype=bool)
    must = (given | small) & ~public
    # What an attacker knows already counts as shown in all that follows, even where it is hidden for its own sake.
    known = _shown_before(tables, cells, history) | public
    hidden = _protect(cells, must & ~known, known, policy)
    hidden = _thin_out(cells, must & ~known, hidden, policy) | must
    released, log = {}, []
    for name in sorted(tables):
        released[name] = tables[name].assign(n=tables[name]["n"].astype(float), is_hidden=False)
    marks = {name: np.zeros(len(frame), dtype=bool) for name, frame in tables.items()}
    for at in np.flatnonzero(hidden):
        for name, row in cells.rows[at]:
            marks[name][row] = True
            log.append((name, row, "too_few" if must[at] else "complementary"))
    for name, mark in marks.items():
        released[name]["is_hidden"] = mark
        released[name]["n"] = released[name]["n"].where(~mark)
    columns = ["table", "row", "reason"]
    return Release(released, pd.DataFrame(sorted(log), columns=columns))


def _shown_before(
    tables: Mapping[str, pd.DataFrame], cells: Cells, history: Sequence[Mapping[str, pd.DataFrame]]
) -> np.ndarray:
    """Cells whose very count an earlier edition of the same table already showed.

    Equal by chance counts too: an attacker may take what did not change for what it was.
    """
    known = np.zeros(len(cells.n), dtype=bool)
    place = {row: at for at, rows in enumerate(cells.rows) for row in rows}
    for edition in history:
        for name, frame in tables.items():
            before = edition.get(name)
            if before is None or dimensions(before) != dimensions(frame):
                continue
            dims = dimensions(frame)
            shown = before[~before["is_hidden"].astype(bool)]
            counts = dict(zip(map(tuple, shown[dims].astype(str).to_numpy()), shown["n"].astype(float), strict=True))
            for i, codes in enumerate(map(tuple, frame[dims].astype(str).to_numpy())):
                known[place[name, i]] |= counts.get(codes) == float(frame["n"].iloc[i])
    return known


def _protect(cells: Cells, must: np.ndarray, fixed: np.ndarray, policy: Policy) -> np.ndarray:
    hidden = must.copy()
    while True:
        unsafe = [i for i, is_safe in _safety(cells, hidden, np.flatnonzero(hidden), policy).items() if not is_safe]
        if not unsafe:
            return hidden
        chosen = _choose(cells, hidden, fixed, unsafe, policy)
        if not chosen:
            return hidden  # nothing left to hide: the audit will say so
        hidden[chosen] = True


def _thin_out(cells: Cells, must: np.ndarray, hidden: np.ndarray, policy: Policy) -> np.ndarray:
    """Show complementary cells again, the largest first, as long as every hidden cell stays protected."""
    extra = sorted(np.flatnonzero(hidden & ~must), key=lambda i: (-cells.n[i], i))
    for i in extra if len(extra) * hidden.sum() <= 20_000 else []:
        trial = hidden.copy()
        trial[i] = False
        near = _component(cells, hidden, i) - {i}
        if all(_safety(cells, trial, near, policy).values()):
            hidden = trial
    return hidden


def _safety(cells: Cells, hidden: np.ndarray, which: Iterable[int], policy: Policy) -> dict[int, bool]:
    """Whether the sums leave each of these hidden cells an interval of the policy's width."""
    found: dict[int, bool] = {}
    for i in sorted(int(i) for i in which):
        if i not in found:
            members = tuple(sorted(_component(cells, hidden, i)))
            if members not in cells.known_bounds:
                cells.known_bounds[members] = bounds(cells, members)
            found |= {j: high - low >= policy.width - 1e-6 for j, (low, high) in cells.known_bounds[members].items()}
    return found


def bounds(cells: Cells, members: tuple[int, ...]) -> dict[int, tuple[float, float]]:
    """What sums tell of hidden cells that they tie together, all others shown: least and greatest count of each.

    One linear programme holds a copy of the sums for each end of each cell; the copies do not touch each other.
    """
    sums = [cells.sums[s] for s in sorted({s for j in members for s in cells.sums_of.get(j, ())})]
    if not sums:
        return dict.fromkeys(members, (0.0, float("inf")))
    column = {cell: k for k, cell in enumerate(members)}
    A, b = np.zeros((len(sums), len(members))), np.zeros(len(sums))
    for r, (total, parts) in enumerate(sums):
        for cell, sign in ((total, -1.0), *((p, 1.0) for p in parts)):
            if cell in column:
                A[r, column[cell]] += sign
            else:
                b[r] -= sign * cells.n[cell]
    if len(sums) == 1 and (A >= 0).all():
        return dict.fromkeys(members, (0.0, b[0]) if len(members) > 1 else (b[0], b[0]))
    # Sums of hidden totals may leave a cell unbounded; a ceiling far above all counts stands for that.
    ceiling = 10 * (sum(cells.n[i] for i in members) + float(np.abs(b).sum()) + 1000)
    found = {}
    for start in range(0, len(members), _BATCH):
        own = members[start : start + _BATCH]
        m, copies = len(members), 2 * len(own)
        aim = np.zeros(m * copies)
        for k, cell in enumerate(own):
            aim[2 * k * m + column[cell]], aim[(2 * k + 1) * m + column[cell]] = 1.0, -1.0
        solved = linprog(
            aim,
            A_eq=sparse.kron(sparse.identity(copies, format="csr"), sparse.csr_array(A), format="csr"),
            b_eq=np.tile(b, copies),
            bounds=(0, ceiling),
            method="highs",
        )
        for k, cell in enumerate(own):
            low, high = (solved.x[(2 * k + e) * m + column[cell]] for e in (0, 1)) if solved.status == 0 else (0.0, 0.0)
            found[cell] = (float(low), float("inf") if high > ceiling / 2 else float(high))
    return found


def _component(cells: Cells, hidden: np.ndarray, start: int) -> set[int]:
    """Hidden cells that sums tie to one, directly or through other hidden ones."""
    found, fresh = {start}, [start]
    index = cells.sums_of
    while fresh:
        for s in index.get(fresh.pop(), ()):
            for j in (cells.sums[s][0], *cells.sums[s][1]):
                if hidden[j] and j not in found:
                    found.add(j)
                    fresh.append(j)
    return found


def _choose(cells: Cells, hidden: np.ndarray, fixed: np.ndarray, unsafe: list[int], policy: Policy) -> list[int]:
    everywhere = np.ones(len(cells.n), dtype=bool)
    chosen: set[int] = set()
    left = list(unsafe)
    while left:
        # Cells that sums tie together form one problem; others have nothing to do with it.
        around = sorted(_component(cells, everywhere, left[0]))
        together = [i for i in left if i in set(around)]
        left = [i for i in left if i not in set(around)]
        if len(together) * len(around) > _SMALL_PROBLEM:
            together = together[:1]
        found = _by_programme(cells, hidden, fixed, around, together, policy) if len(around) <= 2000 else None
        chosen |= set(found if found is not None else _nearest(cells, hidden, fixed, together))
    return sorted(chosen)


def _by_programme(
    cells: Cells, hidden: np.ndarray, fixed: np.ndarray, around: list[int], targets: list[int], policy: Policy
) -> list[int] | None:
    """The cheapest cells to hide so that each target can move by the width; None if there are none.

    For each target two deviations from the true table that keep all sums and noughts: one up, one down, `width` apart.
    """
    m, column = len(around), {cell: k for k, cell in enumerate(around)}
    sums = [s for s in cells.sums if s[0] in column]
    tie = sparse.lil_array((len(sums), m))
    for r, (total, parts) in enumerate(sums):
        tie[r, column[total]] -= 1
        for p in parts:
            tie[r, column[p]] += 1
    n = np.array([cells.n[i] for i in around])
    is_open = np.array([hidden[i] for i in around])
    reach = 2 * policy.width
    cost = np.where(is_open, 0.0, 1.0 if policy.loss == "cells" else n + 1.0)
    ranks = np.argsort(np.argsort(n, kind="stable"), kind="stable")
    cost = np.where(is_open, 0.0, cost + 1e-6 * ranks + _MARGIN_COST * np.array([cells.is_margin[i] for i in around]))
    blocks, low, high = 2 * len(targets), [], []
    identity, rows = sparse.identity(m, format="csr"), []
    for k in range(blocks):
        here = [sparse.csr_array((m, m))] * k + [identity] + [sparse.csr_array((m, m))] * (blocks - k - 1)
        flat = (
            [sparse.csr_array((len(sums), m))] * k
            + [tie.tocsr()]
            + [sparse.csr_array((len(sums), m))] * (blocks - k - 1)
        )
        rows.append(sparse.hstack([sparse.csr_array((len(sums), m)), *flat]))
        low.append(np.zeros(len(sums)))
        high.append(np.zeros(len(sums)))
        rows.append(sparse.hstack([-reach * identity, *here]))  # deviation <= reach if hidden
        low.append(np.full(m, -np.inf))
        high.append(np.zeros(m))
        rows.append(sparse.hstack([sparse.diags_array(np.minimum(n, reach)), *here]))  # deviation >= -n if hidden
        low.append(np.zeros(m))
        high.append(np.full(m, np.inf))
    for t, target in enumerate(targets):
        line = sparse.lil_array((1, m * (blocks + 1)))
        line[0, m * (1 + 2 * t) + column[target]] = 1
        line[0, m * (2 + 2 * t) + column[target]] = -1
        rows.append(line.tocsr())
        low.append(np.array([policy.width]))
        high.append(np.array([np.inf]))
    barred = np.array([fixed[i] for i in around])
    solved = milp(
        np.concatenate([cost, np.zeros(m * blocks)]),
        constraints=LinearConstraint(sparse.vstack(rows).tocsr(), np.concatenate(low), np.concatenate(high)),
        integrality=np.concatenate([np.ones(m), np.zeros(m * blocks)]),
        bounds=Bounds(
            np.concatenate([is_open.astype(float), np.full(m * blocks, -np.inf)]),
            np.concatenate([np.where(barred, 0.0, 1.0), np.full(m * blocks, np.inf)]),
        ),
        # A limit of nodes, not of time: the same input must give the same cells on any machine.
        options={"node_limit": 2000, "mip_rel_gap": 1e-3},
    )
    if solved.x is None:
        return None
    return [around[k] for k in range(m) if solved.x[k] > 0.5 and not is_open[k]]


def _nearest(cells: Cells, hidden: np.ndarray, fixed: np.ndarray, targets: list[int]) -> list[int]:
    """The rule of thumb: in each sum that holds a target, hide the smallest cell still shown."""
    index, chosen = cells.sums_of, set()
    for target in targets:
        for s in index.get(target, ()):
            shown = [j for j in (*cells.sums[s][1], cells.sums[s][0]) if not hidden[j] and not fixed[j]]
            if shown:
                chosen.add(min(shown, key=lambda j: (cells.is_margin[j], cells.n[j], j)))
    return sorted(chosen)
