"""Shares that tell how few people said yes, or no: a share times its n is a count of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluation.tables import TOTAL
from evaluation.workforce import YEAR

_CHANNELS = ("channel_self_share", "channel_manager_share", "channel_hr_share", "volunteer_share", "manager_share",
             "hr_share")  # fmt: skip
# What two shares must agree in for one to follow from the other, beside cohort and role.
_ALIKE = ("group_dimension", "group_value", "factor", "month")
_ROLES = ("_mentee", "_mentor")


def telling_shares(name: str, frame: pd.DataFrame, limit: int) -> set[int]:
    """Positions of shares behind which few people said yes, or few said no: value times n would tell.

    `name`: the table. `limit`: fewest people. All or nobody may be shown of what the programme asks of everybody.
    Shares that add up (channels, roles, cohorts, the groups of a dimension) are hidden so that the rest gives none
    away.
    """
    if name not in ("cohort_metric", "key_factor", "goal", "workforce"):
        return set()
    label = {"key_factor": "indicator"}.get(name, "metric")
    rows = list(frame.to_dict("records"))
    people = {i: said for i, row in enumerate(rows) if (said := _said(row, str(row[label]))) is not None}
    found = {i for i, said in people.items() if _is_telling(name, rows[i], str(rows[i][label]), said, limit)}
    while True:
        more = set(found)
        for i in found:
            more |= _given_away(name, rows, label, i, people, found, limit)
        if more == found:
            return found
        found = more


def _said(row: Mapping[str, Any], label: str) -> tuple[float, float] | None:
    """How many said yes and how many no behind a share; None behind any other figure."""
    if row["unit"] != "share" or pd.isna(row["value"]) or pd.isna(row["n"]):
        return None
    n = float(row["n"])
    if label.endswith(YEAR):
        # Events by person-quarters, times at most four quarters; so many people at least stand behind it.
        n /= 4
    yes = float(round(float(row["value"]) * n))
    return yes, n - yes


def _is_telling(name: str, row: Mapping[str, Any], label: str, said: tuple[float, float], limit: int) -> bool:
    is_whole_workforce = name == "workforce" and row["dimension"] == TOTAL
    return 0 < min(said) < limit and not is_whole_workforce and not label.startswith("response_share")


def _given_away(name: str, rows: list[dict[str, Any]], label: str, i: int, people: Mapping[int, tuple[float, float]],
                found: set[int], limit: int) -> set[int]:  # fmt: skip
    """What must be hidden beside row `i`, since it would follow from the rest."""
    row, metric = rows[i], str(rows[i][label])
    if name == "workforce":
        own = [k for k in people if rows[k][label] == metric and rows[k]["dimension"] == row["dimension"]]
        return _enough(own, rows, people, found, limit)
    if metric in _CHANNELS:
        own = [k for k, r in enumerate(rows) if r[label] in _CHANNELS and r["cohort"] == row["cohort"]]
        return set(sorted(own, key=lambda k: (float(rows[k]["value"]), k))[:2])
    same = [k for k, r in enumerate(rows) if all(r.get(c) == row.get(c) for c in _ALIKE)]
    twins = {k for k in same if rows[k][label] == metric and rows[k]["cohort"] == TOTAL}
    for role in _ROLES:
        if metric.endswith(role):
            stem = metric.removesuffix(role)
            twins |= {k for k in same if rows[k]["cohort"] == row["cohort"]
                      and rows[k][label] in {stem + other for other in _ROLES}}  # fmt: skip
    return twins


def _enough(own: list[int], rows: list[dict[str, Any]], people: Mapping[int, tuple[float, float]], found: set[int],
            limit: int) -> set[int]:  # fmt: skip
    """Of the groups of a dimension the hidden ones, and the smallest others until they hide each other."""
    hidden = {k for k in own if k in found}
    for k in sorted((k for k in own if k not in found), key=lambda k: (float(rows[k]["n"]), k)):
        yes, no = (sum(people[h][side] for h in hidden) for side in (0, 1))
        if len(hidden) > 1 and min(yes, no) >= limit:
            break
        hidden.add(k)
    return hidden
