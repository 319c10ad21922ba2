"""Reading published tables: one edition's rows, and hidden cells that cannot be shown even by mistake."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

TOTAL = "__total__"

# Every published table by the columns of its contract, the common ones left out.
HEAD = ("programme", "period", "edition", "cohort")
TAIL = ("value", "n", "is_hidden", "hidden_reason", "low", "high")
COLUMNS: dict[str, tuple[str, ...]] = {
    "cohort_metric": ("metric", "group_dimension", "group_value", "unit"),
    "key_factor": ("factor", "indicator", "month", "unit"),
    "survey_scale": ("role", "scale", "statistic", "unit"),
    "effect": (
        "outcome", "design", "estimand", "wording", "reading_quarter", "unit", "n_treated", "n_control",
        "effective_sample_size", "minimum_detectable_effect", "p_value", "p_adjusted", "e_value", "max_smd_before",
        "max_smd_after", "status",
    ),
    "goal": ("goal", "metric", "baseline", "target", "target_date", "unit"),
    "theme": ("role", "theme", "language", "unit"),
    "anonymous_outcome": ("ground", "group_code", "participation", "outcome", "unit"),
    "workforce": ("dimension", "group_value", "metric", "unit"),
    "adjustment": ("adjustment_id", "area", "decided_on", "follow_up_on", "result", "unit"),
}  # fmt: skip
MATCH_SUMMARY = ("programme", "cohort", "metric", "unit", *TAIL)
COUNTS = ("n", "n_treated", "n_control")
DATES = ("target_date", "decided_on", "follow_up_on")
FLOATS = ("value", "low", "high", "baseline", "target", "effective_sample_size", "minimum_detectable_effect", "p_value",
          "p_adjusted", "e_value", "max_smd_before", "max_smd_after")  # fmt: skip
# What the programme itself laid down is no answer of anybody's and stays when a row is hidden.
_OWN_FIGURES = ("baseline", "target")


def columns(table: str) -> tuple[str, ...]:
    """All columns of a published table, in order."""
    return MATCH_SUMMARY if table == "match_summary" else (*HEAD, *COLUMNS[table], *TAIL)


def mask_hidden(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy without any measured figure in hidden rows, whatever the frame that came in held there."""
    frame = frame.copy()
    hidden = hidden_rows(frame)
    for name in (*COUNTS, *FLOATS):
        if name in frame.columns and name not in _OWN_FIGURES:
            frame[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64").mask(hidden)
    return frame


def hidden_rows(frame: pd.DataFrame) -> pd.Series:
    """Which rows are hidden; a row whose mark is missing counts as hidden, since nobody has released it."""
    if "is_hidden" not in frame.columns:
        return pd.Series(True, index=frame.index)
    return frame["is_hidden"].map(lambda mark: not (mark is False or str(mark).lower() in ("false", "0"))).astype(bool)


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure: shown, hidden (to protect people) or missing (nobody measured it)."""

    value: float | None = None
    n: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    is_hidden: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether there is a figure that may be shown."""
        return self.value is not None


MISSING = Figure()


def figure(row: Any) -> Figure:
    """The figure of a row (a Series or a mapping) of a masked table."""
    hidden = bool(row["is_hidden"])
    return Figure(
        value=None if hidden else finite(row["value"]),
        n=None if hidden else finite(row["n"]),
        low=None if hidden else finite(row.get("low")),
        high=None if hidden else finite(row.get("high")),
        unit=str(row.get("unit") or ""),
        is_hidden=hidden,
    )


def finite(value: Any) -> float | None:
    """A float, or None for anything that is no finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


class Reader:
    """The published tables of one edition. Missing tables and columns read as empty, so that no quarter is lost.

    `tables`: published name to frame, as evaluation releases them. With `period` None the latest one in them is read.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], period: str | None = None, edition: str | None = None) -> None:
        self.period = period or _latest(tables)
        self.edition = edition
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], Figure]] = {}
        self._tables = {name: self._prepare(name, tables.get(name)) for name in (*COLUMNS, "match_summary")}

    def _prepare(self, name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
        expected = columns(name)
        if frame is None:
            return pd.DataFrame(columns=list(expected))
        frame = frame.reindex(columns=list(dict.fromkeys([*expected, *frame.columns])))
        for column, wanted in (("period", self.period), ("edition", self.edition)):
            if column in expected and wanted is not None:
                frame = frame[frame[column].astype(str) == wanted]
        frame = mask_hidden(frame)
        frame["is_hidden"] = hidden_rows(frame)
        for column in expected:
            if column not in (*COUNTS, *FLOATS, *DATES, "is_hidden"):
                frame[column] = frame[column].map(lambda v: "" if pd.isna(v) else str(v)).astype(object)
        return frame.reset_index(drop=True)

    def rows(self, table: str, **where: str | tuple[str, ...]) -> pd.DataFrame:
        """Rows of a table in which each named column holds the given code (or one of several)."""
        frame = self._tables[table]
        chosen = np.ones(len(frame), dtype=bool)
        for column, wanted in where.items():
            codes = frame[column].to_numpy()
            chosen &= (codes == wanted) if isinstance(wanted, str) else np.isin(codes, list(wanted))
        return frame[chosen]

    def figure(self, table: str, **where: str | tuple[str, ...]) -> Figure:
        """The first figure that fits; codes given as a tuple are tried in their order. MISSING if there is none."""
        several = [c for c, w in where.items() if isinstance(w, tuple)]
        if not several:
            names = tuple(sorted(where))
            return self._index(table, names).get(tuple(where[name] for name in names), MISSING)
        best = MISSING
        for code in where[several[0]]:
            found = self.figure(table, **{**where, several[0]: code})
            if found.is_shown:
                return found
            best = found if found.is_hidden else best
        return best

    def _index(self, table: str, names: tuple[str, ...]) -> dict[tuple[str, ...], Figure]:
        """The first figure for each combination of codes in those columns, made once: a report asks often."""
        if (table, names) not in self._indexes:
            frame = self._tables[table]
            found: dict[tuple[str, ...], Figure] = {}
            for row in frame.to_dict("records"):
                found.setdefault(tuple(row[name] for name in names), figure(row))
            self._indexes[table, names] = found
        return self._indexes[table, names]


def _latest(tables: dict[str, pd.DataFrame]) -> str | None:
    labels = {
        str(p) for frame in tables.values() if frame is not None and "period" in frame.columns for p in frame["period"]
    }
    return max(labels, default=None)
