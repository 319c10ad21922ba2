"""adjustment: what was changed in the programme and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def adjustments(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """One row a decision; it is the programme's own act, so no people stand behind the figure. Texts stay inside."""
    for _, row in frame.iterrows():
        yield {
            "cohort": row["cohort"], "adjustment_id": row["adjustment_id"], "area": row["area"],
            "decided_on": row["decided_on"], "follow_up_on": row["follow_up_on"], "result": row["result"],
            "unit": "count", "value": 1.0, "n": None,
        }  # fmt: skip
