"""The sample programme's cohorts and their dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from programme.period import Period


@dataclass(frozen=True, slots=True)
class Cohort:
    """One round of the programme."""

    name: str
    closes_on: dt.date
    match_period: Period
    match_on: dt.date
    starts_on: dt.date
    ends_on: dt.date

    def runs_in(self, period: Period) -> bool:
        """Do pairs meet at all in that quarter?"""
        return self.starts_on <= period.end and period.start <= self.ends_on

    def months(self, period: Period) -> list[tuple[dt.date, int]]:
        """First days of the quarter's months in which pairs meet, with the month's number in the cohort, from 0."""
        result = []
        for k in range(12):
            index = self.starts_on.month - 1 + k
            first = dt.date(self.starts_on.year + index // 12, index % 12 + 1, 1)
            if period.start <= first <= period.end:
                result.append((first, k))
        return result


def _cohort(year: int) -> Cohort:
    return Cohort(str(year), dt.date(year, 9, 15), Period(year, 3), dt.date(year, 10, 20), dt.date(year, 11, 1),
                  dt.date(year + 1, 10, 31))  # fmt: skip


COHORTS: tuple[Cohort, ...] = (_cohort(2024), _cohort(2025))
FIRST_PERIOD = Period(2024, 3)  # the first delivery; history is simulated from HISTORY_START
HISTORY_START = Period(2023, 4)
LAST_PERIOD = Period(2026, 3)
