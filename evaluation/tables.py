"""The published tables: their columns, types and the order of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from programme.config import Programme
from programme.run_context import RunContext

TOTAL = "__total__"
DECIMALS = 6

_HEAD = ("programme", "period", "edition", "cohort")
_TAIL = ("value", "n", "is_hidden", "hidden_reason", "low", "high")
_OWN: dict[str, tuple[str, ...]] = {
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
TABLES = tuple(_OWN)
COLUMNS: dict[str, tuple[str, ...]] = {name: (*_HEAD, *own, *_TAIL) for name, own in _OWN.items()}

COUNTS = ("n", "n_treated", "n_control")
FLOATS = ("value", "low", "high", "baseline", "target", "effective_sample_size", "minimum_detectable_effect", "p_value",
          "p_adjusted", "e_value", "max_smd_before", "max_smd_after")  # fmt: skip
DATES = ("target_date", "decided_on", "follow_up_on")
# What the programme itself laid down says nothing about anybody and stays when a row is hidden.
OWN_FIGURES = ("baseline", "target")


def text_columns(name: str) -> list[str]:
    """The columns of a table that hold codes, in order."""
    return [c for c in COLUMNS[name] if c not in (*COUNTS, *FLOATS, *DATES, "is_hidden")]


def key_columns(name: str) -> list[str]:
    """The columns that tell a table's rows apart within an edition."""
    return [c for c in _OWN[name] if c not in (*COUNTS, *FLOATS, *DATES, "unit", "wording", "status", "reading_quarter",
                                               "estimand", "result", "area")]  # fmt: skip


def build(name: str, rows: Iterable[Mapping[str, Any]], programme: Programme, context: RunContext) -> pd.DataFrame:
    """Rows of one published table as a typed frame: rounded to 6 decimals, in the order of their keys, nothing hidden.

    A row may leave out columns: text becomes '', figures become missing. `cohort` defaults to all cohorts.
    """
    head = {"programme": programme.name, "period": context.period.label, "edition": context.edition, "cohort": TOTAL}
    frame = pd.DataFrame([{**head, **row} for row in rows], columns=list(COLUMNS[name]))
    return typed(name, frame.assign(is_hidden=False))


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the contract's columns and types, rounded, sorted by its keys; the input stays as it was."""
    frame = frame.reindex(columns=list(COLUMNS[name])).copy()
    for column in COLUMNS[name]:
        values = frame[column]
        if column in COUNTS:
            frame[column] = pd.to_numeric(values, errors="coerce").astype("Float64").round().astype("Int64")
        elif column in FLOATS:
            numbers = pd.to_numeric(values, errors="coerce").astype("float64").to_numpy(copy=True)
            numbers[~np.isfinite(numbers)] = np.nan
            # Adding nought turns -0.0 into 0.0, which are equal and yet other bytes.
            frame[column] = np.round(numbers, DECIMALS) + 0.0
        elif column in DATES:
            frame[column] = values.map(_date).astype(object)
        elif column == "is_hidden":
            frame[column] = values.map(lambda v: str(v).lower() in ("true", "1")).astype(bool)
        else:
            frame[column] = values.map(lambda v: "" if v is None or v is pd.NA or v != v else str(v)).astype(object)
    order = [c for c in text_columns(name) if c != "hidden_reason"]
    return frame.sort_values(order, kind="stable").reset_index(drop=True)


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return None if value != value else value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
