"""The programme's operational facts by cohort, and added up over cohorts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from evaluation.intervals import NONE, Interval, wilson
from evaluation.tables import TOTAL

# Figures that add up; all others are ratios whose numerators and denominators add up.
_ADDITIVE = frozenset({"count", "minutes", "hours", "events", "people", "pairs"})
# What the programme or its leaders did in office: no fact about a participant, so that no threshold of people holds.
NOT_PERSONAL = frozenset({
    "adjustments_decided", "adjustments_improved_share", "sponsor_present", "leadership_reviews", "leaders_attending",
    "hours_budgeted", "hours_used", "hours_used_share", "group_meetings",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with the people behind it; `n` None: no people stand behind it. nan: not measured."""

    value: float
    n: float | None
    unit: str
    interval: Interval = NONE
    numerator: float = math.nan
    denominator: float = math.nan

    def row(self, **keys: object) -> dict[str, object]:
        """A row of a published table."""
        return {**keys, "value": self.value, "n": self.n, "unit": self.unit, "low": self.interval.low,
                "high": self.interval.high}  # fmt: skip


def share(numerator: float, denominator: float) -> Fact:
    """A share of people with Wilson's interval; nan among nobody."""
    value = numerator / denominator if denominator > 0 else math.nan
    return Fact(value, denominator, "share", wilson(numerator, denominator), numerator, denominator)


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of `cohort_metric_base`: `facts.get(cohort, metric)`; cohort "__total__" is all of them together."""

    cohorts: tuple[str, ...]
    metrics: tuple[str, ...]
    _rows: Mapping[tuple[str, str], Fact] = field(repr=False)

    @classmethod
    def of(cls, base: pd.DataFrame) -> Facts:
        """From the mart, ordered (see evaluation.frames)."""
        found: dict[tuple[str, str], Fact] = {}
        for metric, rows in base.groupby("metric", sort=True):
            for cohort, own in [*rows.groupby("cohort", sort=True), (TOTAL, rows)]:
                found[str(cohort), str(metric)] = _fact(str(metric), own)
        return cls(tuple(sorted(set(base["cohort"]))), tuple(sorted(set(base["metric"]))), found)

    def get(self, cohort: str, metric: str) -> Fact | None:
        """The fact, or None where nobody recorded it."""
        return self._rows.get((cohort, metric))


def _fact(metric: str, rows: pd.DataFrame) -> Fact:
    unit = str(rows["unit"].iloc[0])
    known = rows[rows["numerator"].notna() & (rows["denominator"] > 0)]
    n = None if metric in NOT_PERSONAL else float(rows["n_people"].fillna(0).sum())
    if known.empty:
        return Fact(math.nan, n, unit)
    numerator, denominator = float(known["numerator"].sum()), float(known["denominator"].sum())
    if unit in _ADDITIVE:
        return Fact(float((known["numerator"] / known["denominator"]).sum()), n, unit)
    # An interval of a share holds where each person counts once; meetings of one pair are not independent.
    is_of_people = unit == "share" and n == denominator
    interval = wilson(numerator, denominator) if is_of_people else NONE
    return Fact(numerator / denominator, n, unit, interval, numerator, denominator)
