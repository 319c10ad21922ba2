"""workforce: headcount, turnover, promotion and managers by sex and age, for the quarter and for a year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.facts import share
from evaluation.tables import TOTAL
from programme.period import Period

DIMENSIONS = ("sex", "age_band")
# Flag that counts, per metric; the people at risk are those employed on at least one day of the quarter.
_EVENTS = {"turnover_share": "has_left", "voluntary_turnover_share": "has_left_voluntarily",
           "promotion_share": "is_promoted"}  # fmt: skip
YEAR = "_4q"


def workforce(panel: pd.DataFrame, period: Period) -> Iterator[dict[str, Any]]:
    """Rows of workforce at the period's end. Shares ending in `_4q` are of the four quarters that end with it.

    A year's share is events by person-quarters at risk, times the number of quarters that the panel holds (at most
    four, fewer in a young panel), so that joiners and leavers count for the time they were there; its `n` is the
    number of person-quarters at risk.
    """
    quarters = [p.label for p in period.shift(-3).until(period)]
    recent = panel[panel["period"].isin(quarters)]
    now = recent[recent["period"] == period.label]
    for dimension in (TOTAL, *DIMENSIONS):
        for group in [TOTAL] if dimension == TOTAL else sorted(set(now[dimension]) | set(recent[dimension])):
            inside = now if dimension == TOTAL else now[now[dimension] == group]
            year = recent if dimension == TOTAL else recent[recent[dimension] == group]
            keys = {"dimension": dimension, "group_value": group or "unknown"}
            active = int(inside["is_active"].sum())
            yield {**keys, "metric": "headcount", "unit": "count", "value": active, "n": active}
            yield share(float((inside["is_active"] & inside["is_manager"]).sum()), float(active)).row(
                **keys, metric="manager_share"
            )
            for metric, flag in _EVENTS.items():
                yield share(float(inside[flag].sum()), float(len(inside))).row(**keys, metric=metric)
                yield {**keys, "metric": metric + YEAR, "unit": "share", **_over_year(year, flag)}


def _over_year(year: pd.DataFrame, flag: str) -> dict[str, float]:
    n_quarters = year["period"].nunique()
    if not n_quarters:
        return {"value": float("nan"), "n": 0}
    events, exposure = int(year[flag].sum()), len(year)
    return {"value": events * n_quarters / exposure, "n": exposure}
