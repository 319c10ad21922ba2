"""Calendar quarters: the only unit of reporting time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

_LABEL = re.compile(r"(\d{4})Q([1-4])")


class PeriodError(ValueError):
    """A text that names no calendar quarter."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar quarter, `Period(2026, 3)` being July to September 2026."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if self.quarter not in (1, 2, 3, 4) or not 1900 <= self.year <= 2999:
            raise PeriodError(f"{self.year}Q{self.quarter} is no calendar quarter; write for example 2026Q3")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a label such as `2026Q3`; anything else raises PeriodError."""
        match = _LABEL.fullmatch(text.strip())
        if not match:
            raise PeriodError(f"{text!r} is no quarter; write for example 2026Q3")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def from_partition_key(cls, key: str) -> Self:
        """Read an Airflow partition key, the first day of the quarter: `2026-07-01`."""
        try:
            day = dt.date.fromisoformat(key)
        except (TypeError, ValueError):
            raise PeriodError(f"partition key {key!r} is no date; expected the quarter's first day") from None
        period = cls.containing(day)
        if period.start != day:
            raise PeriodError(f"partition key {key} is not the first day of a quarter; meant {period.start}?")
        return period

    @classmethod
    def containing(cls, day: dt.date) -> Self:
        """The quarter in which `day` lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def label(self) -> str:
        """Such as `2026Q3`."""
        return f"{self.year}Q{self.quarter}"

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, 3 * self.quarter - 2, 1)

    @property
    def end(self) -> dt.date:
        """The last day, inclusive."""
        return self.shift(1).start - dt.timedelta(days=1)

    @property
    def partition_key(self) -> str:
        """The first day as ISO text, Airflow's key of the quarter."""
        return self.start.isoformat()

    def shift(self, quarters: int) -> Period:
        """The quarter so many later (or, negative, earlier)."""
        index = self.year * 4 + self.quarter - 1 + quarters
        return Period(index // 4, index % 4 + 1)

    def until(self, other: Period) -> list[Period]:
        """All quarters from this one to `other`, both included."""
        count = (other.year - self.year) * 4 + other.quarter - self.quarter
        return [self.shift(i) for i in range(count + 1)]

    def __str__(self) -> str:
        return self.label
