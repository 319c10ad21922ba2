"""The rules of disclosure control and the shape of its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

TOTAL = "__total__"


class DisclosureError(RuntimeError):
    """Publication stops: a hidden cell can be worked out too closely. Names table and cell, never the figure."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When a count may be shown, and what the attacker is taken to know.

    `threshold`: counts below it are hidden. A nought is below it too: "nobody of this group" says something about
    everyone in it (`zero_is_safe` shows noughts). `min_width`: a hidden cell's feasible interval must be at least so
    wide (by default the threshold). `loss`: what the suppressor keeps small, hidden cells or the people in them.
    `knows_threshold`: the attacker knows the rule, so that a hidden cell outside any sum is known to lie below it.
    """

    threshold: int = 10
    min_width: float | None = None
    loss: Literal["cells", "counts"] = "cells"
    knows_threshold: bool = True
    zero_is_safe: bool = False

    def __post_init__(self) -> None:
        if self.threshold < 1:
            raise ValueError(f"threshold {self.threshold}: expected at least 1")
        if self.loss not in ("cells", "counts"):
            raise ValueError(f"loss {self.loss!r}: expected cells or counts")

    @property
    def width(self) -> float:
        """Least width of a hidden cell's feasible interval."""
        return float(self.threshold if self.min_width is None else self.min_width)

    def is_small(self, n: float) -> bool:
        """Whether a count must be hidden for its own sake."""
        return n < self.threshold and not (n == 0 and self.zero_is_safe)


@dataclass(frozen=True, slots=True)
class Audit:
    """The attack's result. `intervals`: one row a hidden cell: table, its dimensions, low, high, is_safe, tables."""

    intervals: pd.DataFrame
    passed: bool

    @property
    def failures(self) -> pd.DataFrame:
        """Cells that can be bounded too closely, with the tables that gave them away."""
        return self.intervals[~self.intervals["is_safe"].astype(bool)]


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave, why the rest may not (`log`: internal, never published), and the audit where there was one."""

    tables: dict[str, pd.DataFrame]
    log: pd.DataFrame
    audit: Audit | None = field(default=None)
