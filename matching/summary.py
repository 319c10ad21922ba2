"""Aggregates of a proposal: what an approver and the report may see, never people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from programme.config import Privacy

COLUMNS = ("metric", "unit", "value", "n")
# One person's own figure, whatever the number of people it is the least of.
_INDIVIDUAL = frozenset({"worst_score"})


def summarise(mentees: pd.DataFrame, mentors: pd.DataFrame, is_open_mentee: np.ndarray, is_open_mentor: np.ndarray,
              pairs: pd.DataFrame) -> pd.DataFrame:  # fmt: skip
    """Metric, unit, value (None: cannot be said), n (people behind it). Shares of mentees are of those eligible.

    `is_open_*`: who meets all demands on the person.
    """
    n_eligible, n_matched, n_mentors = int(is_open_mentee.sum()), len(pairs), int(is_open_mentor.sum())
    capacity = int(mentors.loc[is_open_mentor, "capacity"].sum())
    n_used = int(pairs["mentor_person_id"].nunique())
    has_choice = mentees.set_index("person_id")["preferred_mentors"].map(len).astype(int) > 0
    chose = pairs[pairs["mentee_person_id"].map(has_choice).astype(bool)] if n_matched else pairs
    rows = [
        ("applicants", "count", len(mentees), len(mentees)),
        ("eligible", "count", n_eligible, n_eligible),
        ("matched", "count", n_matched, n_matched),
        ("match_share", "share", _ratio(n_matched, n_eligible), n_eligible),
        ("mean_score", "score", _ratio(math.fsum(pairs["score"]), n_matched), n_matched),
        ("worst_score", "score", float(pairs["score"].min()) if n_matched else None, n_matched),
        ("total_score", "score", math.fsum(pairs["score"]), n_matched),
        ("mentor_applicants", "count", len(mentors), len(mentors)),
        ("mentors_available", "count", n_mentors, n_mentors),
        ("mentors_used", "count", n_used, n_used),
        ("capacity", "count", capacity, n_mentors),
        ("capacity_used_share", "share", _ratio(n_matched, capacity), n_mentors),
        ("preferred_share", "share", _ratio(int((chose["preference"] > 0).sum()), len(chose)), len(chose)),
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["value"] = frame["value"].astype(float).round(6)
    frame["n"] = frame["n"].astype(np.int64)
    return frame


def publishable(summary: pd.DataFrame, privacy: Privacy) -> pd.DataFrame:
    """The summary under the programme's threshold: metric, unit, value, n, is_hidden, hidden_reason, low, high.

    Figures of fewer people than `min_cell` lose value and n; under the profile `small`, undivided operational facts are
    shown to the programme office. The least score is one person's and is never shown.
    """
    out = summary.copy()
    few = (out["n"] < privacy.min_cell) & (out["n"] > 0) & (privacy.profile != "small")
    individual = out["metric"].isin(_INDIVIDUAL)
    out["is_hidden"] = few | individual
    reason = np.select([individual, few], ["individual", "few"], "")
    out["hidden_reason"] = reason
    out["n"] = out["n"].astype("Int64").mask(few)
    out["value"] = out["value"].mask(out["is_hidden"])
    out["low"] = np.nan
    out["high"] = np.nan
    return out


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
