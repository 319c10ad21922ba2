"""Rules of the anonymous lane: shape alone, since nothing in it may be tied to anything else."""

from __future__ import annotations

from expectations.rules import Check
from sources.contracts import Dataset


def checks(dataset: Dataset) -> list[Check]:
    """None beyond the contract: a rule that looked at a person, a token or a time would need a join key."""
    return []
