"""The frames that evaluation reads: their columns, and one order of rows whatever order they came in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

# Key columns first; a frame is sorted by them, since sums of floats depend on the order of their terms.
_KEYS: dict[str, tuple[str, ...]] = {
    "panel": ("period", "person_id"),
    "survey_answer": ("survey_id", "response_id", "item", "period"),
    "comment": ("survey_id", "response_id", "item", "period"),
    "cohort_metric_base": ("cohort", "metric"),
    "programme_activity": ("cohort", "period", "activity"),
    "anonymous": ("period", "ground", "group_code", "participation", "outcome"),
    "adjustment": ("adjustment_id",),
    "milestone": ("milestone_id",),
    "training": ("person_id", "course", "completed_on"),
    "pair_month": ("cohort", "mentee_person_id", "mentor_person_id", "month"),
    "participant": ("cohort", "role", "person_id"),
    "pair": ("cohort", "mentee_person_id", "mentor_person_id"),
    "match_summary": ("cohort", "metric"),
}
_REST: dict[str, tuple[str, ...]] = {
    "panel": (
        "division_id", "job_family", "level", "pay_band", "location", "sex", "age_band", "tenure_years",
        "full_time_equivalent", "employment_type", "is_manager", "is_active", "has_left", "has_left_voluntarily",
        "is_promoted", "is_moved", "is_on_parental_leave", "left_on",
    ),
    "survey_answer": ("person_id", "role", "cohort", "answer", "points", "is_complete"),
    "comment": ("role", "cohort", "language", "comment"),
    "cohort_metric_base": ("numerator", "denominator", "n_people", "unit"),
    "programme_activity": ("n_events", "n_people", "amount"),
    "anonymous": ("n", "points_sum", "points_sumsq"),
    "adjustment": ("cohort", "area", "decided_on", "follow_up_on", "result"),
    "milestone": ("cohort", "mentee_person_id", "kind", "agreed_on", "due_on", "reached_on"),
    "training": (),
    "pair_month": ("n_meetings", "minutes"),
    "participant": ("programme", "is_matched", "channel", "has_consented", "matched_on", "is_eligible"),
    "pair": ("matched_on", "score"),
    "match_summary": ("unit", "value", "n"),
}  # fmt: skip
_NUMBERS = frozenset({
    "level", "pay_band", "tenure_years", "full_time_equivalent", "points", "numerator", "denominator", "n_people",
    "n_events", "amount", "n", "points_sum", "points_sumsq", "n_meetings", "minutes", "score", "value",
})  # fmt: skip
_FLAGS = frozenset({
    "is_manager", "is_active", "has_left", "has_left_voluntarily", "is_promoted", "is_moved", "is_on_parental_leave",
    "is_complete", "is_matched", "has_consented", "is_eligible",
})  # fmt: skip
_DATES = frozenset({
    "left_on", "matched_on", "decided_on", "follow_up_on", "agreed_on", "due_on", "reached_on", "completed_on",
})  # fmt: skip
# The table's own row, and nothing else, may occur once: two rows of one employee-quarter would count a person twice.
_UNIQUE = ("panel", "participant", "pair", "pair_month", "cohort_metric_base", "milestone", "adjustment")


def ordered(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every frame that evaluation reads, with all its columns (missing ones empty), typed and in one order of rows.

    Numbers become float64, flags bool (missing is False), dates datetime64, codes text ('' where missing). A frame
    that is missing becomes an empty one, so that one lost source costs its own figures and not the quarter.
    """
    return {name: _ordered(name, frames.get(name)) for name in _KEYS}


def _ordered(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    columns = [*_KEYS[name], *_REST[name]]
    if frame is None:
        frame = pd.DataFrame(columns=columns)
    frame = pd.DataFrame({c: _typed(c, frame[c]) if c in frame.columns else _empty(c, len(frame)) for c in columns})
    keys = list(_KEYS[name])
    frame = frame.sort_values(keys, kind="stable")
    if frame.duplicated(keys).any():
        # Ties are broken by the rest of the row: which of two rows stood first in the input must not matter.
        frame = frame.sort_values(columns, kind="stable", na_position="first")
        frame = frame.drop_duplicates(keys if name in _UNIQUE else None, keep="last").sort_values(keys, kind="stable")
    return frame.reset_index(drop=True)


def _typed(column: str, values: pd.Series) -> np.ndarray | pd.Series:
    if column in _NUMBERS:
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        return numbers.where(np.isfinite(numbers)).to_numpy()
    if column in _FLAGS:
        if values.dtype == bool:
            return values.to_numpy()
        return values.map(lambda v: str(v).lower() in ("true", "1", "1.0", "t")).astype(bool).to_numpy()
    if column in _DATES:
        return pd.to_datetime(values, errors="coerce").astype("datetime64[s]").to_numpy()
    if pd.api.types.infer_dtype(values, skipna=False) == "string":
        return values.astype(object).to_numpy()
    known = values.astype(object).where(values.notna(), "")
    return known.map(_code).astype(object).to_numpy() if len(known) else np.empty(0, dtype=object)


def _code(value: object) -> str:
    # A column of whole numbers with gaps arrives as float: response 7 must not become '7.0'.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _empty(column: str, length: int) -> np.ndarray:
    if column in _NUMBERS:
        return np.full(length, np.nan)
    if column in _FLAGS:
        return np.zeros(length, dtype=bool)
    if column in _DATES:
        return np.full(length, np.datetime64("NaT"), dtype="datetime64[s]")
    return np.full(length, "", dtype=object)
