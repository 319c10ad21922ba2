"""The audit: what an attacker works out of everything published. It shares no code with the suppressor.

The attacker writes one equation for each margin that stands beside its parts, puts in every figure that is shown,
now or in an earlier edition, and asks for the least and the greatest count of each hidden cell.
Source: Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, ch. 6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import block_diag, csr_array

from evaluation.disclosure.policy import Audit, Policy

_MARGIN = "__total__"
_UNKNOWN = math.inf


def audit(
    released: Mapping[str, pd.DataFrame], policy: Policy, history: Sequence[Mapping[str, pd.DataFrame]] = ()
) -> Audit:
    """Attack released tables (dimension columns, n with nan where hidden, is_hidden), all together and with history.

    A hidden cell is safe if its feasible counts span at least the policy's width, or if no sum tells anything of it at
    all, so that the attacker knows no more than the threshold itself says. Figures that contradict each other leave
    their hidden cells unsafe. `intervals` has a column for each dimension of any table ('' where a table lacks it).
    """
    ledger = _Ledger(3 * policy.width)
    for name in sorted(released):
        ledger.enter(name, name, released[name])
    for i, edition in enumerate(history):
        for name in sorted(edition):
            if name in released:
                ledger.enter(name, f"{name}@{i}", edition[name])
    dims = sorted({d for name in released for d in _dims(released[name])})
    rows = []
    for name in sorted(released):
        own = _dims(released[name])
        for codes, is_hidden in zip(_codes(released[name], own), released[name]["is_hidden"].astype(bool), strict=True):
            if not is_hidden:
                continue
            low, high, tables = ledger.attack((ledger.room[name], _group(own, codes)))
            is_alone = not tables
            if is_alone and policy.knows_threshold:
                high = float(policy.threshold - 1)
            span = (math.floor(high + 1e-6) if high < _UNKNOWN else high) - math.ceil(low - 1e-6)
            is_safe = is_alone or span >= policy.width
            rows.append({
                "table": name, **dict.fromkeys(dims, ""), **dict(zip(own, codes, strict=True)), "low": low,
                "high": high, "is_safe": bool(is_safe), "tables": "|".join(tables),
            })  # fmt: skip
    intervals = pd.DataFrame(rows, columns=["table", *dims, "low", "high", "is_safe", "tables"])
    return Audit(intervals, bool(intervals["is_safe"].all()))


def _dims(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if c not in ("n", "is_hidden", "is_public")]


def _codes(frame: pd.DataFrame, dims: list[str]) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in frame[dims].itertuples(index=False, name=None)]


def _group(dims: list[str], codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((d, c) for d, c in zip(dims, codes, strict=True) if c != _MARGIN))


class _Ledger:
    """Everything the attacker has read: shown figures by (room, group), and equations between groups of one room.

    A room is a set of people; a table enters the room of an earlier one if all figures that both show are equal.
    """

    def __init__(self, wide: float) -> None:
        self.wide = wide
        self.shown: dict[tuple[int, tuple], float] = {}
        self.shown_by: dict[tuple[int, tuple], str] = {}
        self.groups: list[set[tuple]] = []
        self.room: dict[str, int] = {}
        self.equations: list[tuple[tuple, tuple[tuple, ...], str]] = []
        self._solved: dict[tuple, tuple[float, float, tuple[str, ...]]] = {}
        self._links: dict[tuple, list[int]] | None = None

    def enter(self, name: str, label: str, frame: pd.DataFrame) -> None:
        dims = _dims(frame)
        codes = _codes(frame, dims)
        figures = [
            math.nan if hidden else float(n)
            for n, hidden in zip(frame["n"].astype("float64"), frame["is_hidden"].astype(bool), strict=True)
        ]
        groups = [_group(dims, c) for c in codes]
        room = self._room_for(groups, figures)
        self.room.setdefault(label, room)
        self.groups[room] |= set(groups)
        for group, figure in zip(groups, figures, strict=True):
            if not math.isnan(figure):
                self.shown.setdefault((room, group), figure)
                self.shown_by.setdefault((room, group), label)
        present = dict(zip(codes, groups, strict=True))
        for position, dim in enumerate(dims):
            by_rest = itertools.groupby(
                sorted((c for c in codes if c[position] != _MARGIN), key=lambda c: (c[:position], c[position + 1 :])),
                key=lambda c: (c[:position], c[position + 1 :]),
            )
            for (before, after), parts in by_rest:
                margin = (*before, _MARGIN, *after)
                if margin in present:
                    members = tuple((room, present[c]) for c in parts)
                    self.equations.append(((room, present[margin]), members, f"{label} over {dim}"))

    def _room_for(self, groups: list[tuple], figures: list[float]) -> int:
        for room, known in enumerate(self.groups):
            both = [(self.shown.get((room, g)), f) for g, f in zip(groups, figures, strict=True) if g in known]
            compared = [(a, b) for a, b in both if a is not None and not math.isnan(b)]
            if compared and all(a == b for a, b in compared):
                return room
        self.groups.append(set())
        return len(self.groups) - 1

    def attack(self, cell: tuple) -> tuple[float, float, tuple[str, ...]]:
        """Least and greatest count of a cell, and the equations that say so; none: nothing is known of it."""
        if cell in self.shown:
            return self.shown[cell], self.shown[cell], (f"shown in {self.shown_by[cell]}",)
        if cell not in self._solved:
            self._solve(cell)
        return self._solved[cell]

    def _solve(self, start: tuple) -> None:
        if self._links is None:
            self._links = {}
            for k, (margin, parts, _) in enumerate(self.equations):
                for member in (margin, *parts):
                    self._links.setdefault(member, []).append(k)
        unknown, used = self._reach(start, set(range(len(self.equations))))
        ends = self._ends(unknown, used)
        if ends is None:
            # Tables that seemed to count the same people contradict each other, so they do not: one table at a time.
            labels = sorted({self.equations[k][2].rpartition(" over ")[0] for k in used})
            for label in labels:
                alone = {k for k in used if self.equations[k][2].rpartition(" over ")[0] == label}
                members, reached = self._reach(start, alone)
                found = self._ends(members, reached)
                low, high = (0.0, 0.0) if found is None else found[0]
                before = self._solved.get(start, (0.0, _UNKNOWN, ()))
                names = tuple(sorted({*before[2], *self._names(start, reached)}))
                self._solved[start] = (max(low, before[0]), min(high, before[1]), names)
            return
        for member, (low, high) in zip(unknown, ends, strict=True):
            self._solved[member] = (low, high, self._names(member, used))

    def _names(self, member: tuple, used: set[int]) -> tuple[str, ...]:
        return tuple(sorted({self.equations[k][2] for k in self._links.get(member, ()) if k in used}))

    def _reach(self, start: tuple, among: set[int]) -> tuple[list[tuple], set[int]]:
        """Unknown counts that equations tie to one, and those equations."""
        unknown, used, fresh, seen = [start], set(), [start], {start}
        while fresh:
            for k in self._links.get(fresh.pop(), ()):
                if k not in among:
                    continue
                used.add(k)
                for member in (self.equations[k][0], *self.equations[k][1]):
                    if member not in self.shown and member not in seen:
                        seen.add(member)
                        unknown.append(member)
                        fresh.append(member)
        return unknown, used

    def _ends(self, unknown: list[tuple], used: set[int]) -> list[tuple[float, float]] | None:
        if not used:
            return [(0.0, _UNKNOWN)] * len(unknown)
        position = {member: j for j, member in enumerate(unknown)}
        matrix, right = np.zeros((len(used), len(unknown))), np.zeros(len(used))
        for i, k in enumerate(sorted(used)):
            margin, parts, _ = self.equations[k]
            for sign, member in ((1.0, margin), *((-1.0, p) for p in parts)):
                if member in self.shown:
                    right[i] -= sign * self.shown[member]
                else:
                    matrix[i, position[member]] += sign
        return _extremes(matrix, right, self.wide)


def _extremes(matrix: np.ndarray, right: np.ndarray, wide: float) -> list[tuple[float, float]] | None:
    """Least and greatest value of each unknown count; None where the figures contradict each other.

    Whole numbers are asked for only where the interval is not `wide` anyway: they seldom narrow it by more than one.
    """
    m = matrix.shape[1]
    # No count can exceed what a thousand times all shown figures add up to: a ceiling in place of infinity.
    far = 1e3 * (float(np.abs(right).sum()) + 1e3)
    lows, highs = np.zeros(m), np.zeros(m)
    for first in range(0, m, 32):
        those = range(first, min(first + 32, m))
        goals = [(j, sign) for j in those for sign in (1.0, -1.0)]
        objective = np.concatenate([sign * np.eye(m)[j] for j, sign in goals])
        stacked = block_diag([csr_array(matrix)] * len(goals), format="csr")
        found = linprog(objective, A_eq=stacked, b_eq=np.tile(right, len(goals)), bounds=(0, far), method="highs")
        if found.status != 0:
            return None
        for (j, sign), solution in zip(goals, found.x.reshape(len(goals), m), strict=True):
            (lows if sign > 0 else highs)[j] = solution[j]
    ends = []
    for j in range(m):
        low, high = float(lows[j]), (_UNKNOWN if highs[j] > far / 2 else float(highs[j]))
        if high - low < wide and m <= 60 and not _is_network(matrix):
            low, high = _whole(np.eye(m)[j], matrix, right, low, high)
        ends.append((low, high))
    return ends


def _is_network(matrix: np.ndarray) -> bool:
    """Each unknown in at most two equations, and equations of two colours: then extremes are whole numbers anyway."""
    if (np.abs(matrix).sum(axis=0) > 2).any():
        return False
    sides: dict[int, int] = {}
    for start in range(len(matrix)):
        fresh = [] if start in sides else [start]
        for row in fresh:
            sides.setdefault(row, 0)
            for j in np.flatnonzero(matrix[row]):
                for other in np.flatnonzero(matrix[:, j]):
                    if other == row:
                        continue
                    side = sides[row] ^ int(matrix[row, j] == matrix[other, j])
                    if sides.setdefault(int(other), side) != side:
                        return False
                    if int(other) not in fresh:
                        fresh.append(int(other))
    return True


def _whole(aim: np.ndarray, matrix: np.ndarray, right: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """The same ends among whole counts: in tables of three or more dimensions they may lie closer together."""
    ends = [low, high]
    for k, sign in enumerate((1.0, -1.0)):
        found = milp(
            sign * aim, constraints=LinearConstraint(matrix, right, right), integrality=np.ones(len(aim)),
            options={"node_limit": 200},
        )  # fmt: skip
        if found.status == 0 and found.x is not None:
            ends[k] = sign * float(found.fun)
    return ends[0], ends[1]
