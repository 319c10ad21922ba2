"""Rules of token surveys: points on a scale, and no answer without its response."""

from __future__ import annotations

from expectations.rules import Check, known_flag, typed
from sources.contracts import Dataset

HIGHEST_POINT = 10


def checks(dataset: Dataset) -> list[Check]:
    """Rules of one survey dataset beyond its contract."""
    if dataset.name == "response":
        return []
    reason = "response_id: expected a response that stands in the response dataset"
    found = [Check("unknown_response", "true", (known_flag("response_id"),), reason)]
    if dataset.name == "answer":
        reason = f"points: expected 0 to {HIGHEST_POINT}"
        found.append(Check("out_of_range", "between", (typed("points", "integer"),), reason, low=0, high=HIGHEST_POINT))
    return found
