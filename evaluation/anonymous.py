"""anonymous_outcome: means of groups that only anonymous surveys may tell, from counts and sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.intervals import mean_of_sums
from evaluation.tables import TOTAL


def anonymous_outcomes(anonymous: pd.DataFrame, period: str) -> Iterator[dict[str, Any]]:
    """Rows of anonymous_outcome in one period: by own participation and over all of them. Association, no effect."""
    keys, sums = ["ground", "group_code", "outcome"], ["n", "points_sum", "points_sumsq"]
    own = anonymous[anonymous["period"] == period]
    own = own.groupby([*keys, "participation"], sort=True, as_index=False)[sums].sum()
    whole = own.groupby(keys, sort=True, as_index=False)[sums].sum()
    for _, row in pd.concat([own, whole.assign(participation=TOTAL)], ignore_index=True).iterrows():
        mean, _, interval = mean_of_sums(row["n"], row["points_sum"], row["points_sumsq"])
        yield {
            "ground": row["ground"], "group_code": row["group_code"], "participation": row["participation"],
            "outcome": row["outcome"], "unit": "points", "value": mean, "n": row["n"], "low": interval.low,
            "high": interval.high,
        }  # fmt: skip
