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

    Hidden are figures of fewer people than `min_cell` (nobody among them), those whose difference from, or product
    with, a shown one would give such a count, and the least score, which is one person's. A hidden row has neither
    value nor n. Reasons are those of the other published tables: "too_few"; "small_profile" for what that profile never
    shows; "" where nothing is hidden. Under `small`, all but the least score is shown to the programme office.
    """
    out = summary.copy()
    is_small = privacy.profile == "small"
    hidden = _INDIVIDUAL if is_small else _INDIVIDUAL | _too_few(summary.set_index("metric"), privacy.min_cell)
    out["is_hidden"] = out["metric"].isin(hidden)
    out["hidden_reason"] = np.where(out["is_hidden"], "small_profile" if is_small else "too_few", "")
    out["n"] = out["n"].astype("Int64").mask(out["is_hidden"])
    out["value"] = out["value"].mask(out["is_hidden"])
    out["low"] = np.nan
    out["high"] = np.nan
    return out


def _too_few(rows: pd.DataFrame, least: int) -> set[str]:
    hidden = {str(metric) for metric in rows.index[rows["n"] < least]}
    n = rows["n"]
    # Who stands between two groups, one within the other: the inner one is hidden where hardly anybody does. Nobody at
    # all is no secret: that everybody was eligible, or matched, singles nobody out.
    if 0 < n["applicants"] - n["eligible"] < least:
        hidden |= {"eligible"}
    if 0 < n["eligible"] - n["matched"] < least:
        hidden |= {"eligible"}
    if 0 < n["mentor_applicants"] - n["mentors_available"] < least:
        hidden |= {"mentors_available"}
    if 0 < n["mentors_available"] - n["mentors_used"] < least:
        hidden |= {"mentors_available"}
    chose, granted = float(n["preferred_share"]), float(n["preferred_share"]) * float(rows["value"]["preferred_share"])
    if not min(granted, chose - granted) > least - 0.5 or 0 < n["matched"] - chose < least:
        hidden |= {"preferred_share"}
    # Figures whose n is another row's, and figures from which another row's could be worked out.
    for given_away, by in {
        "eligible": ("match_share",), "matched": ("match_share", "mean_score", "total_score", "capacity_used_share"),
        "mentors_available": ("capacity", "capacity_used_share"),
    }.items():  # fmt: skip
        if given_away in hidden:
            hidden |= set(by)
    return hidden


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
