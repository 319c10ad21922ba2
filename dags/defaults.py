"""What all DAGs share: owner, retries, pools, tags."""

from __future__ import annotations

import datetime as dt
import os
from enum import StrEnum
from typing import Any

# One slot on DuckDB, which lets one process write; as many as wanted on PostgreSQL. `adept serve` creates it.
WRITER_POOL = "warehouse_writer"

# Only what can heal is repeated: steps raise AirflowFailException for anything that another try cannot mend.
DEFAULT_ARGS: dict[str, Any] = {
    "owner": "people-analytics",
    "retries": 2,
    "retry_delay": dt.timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": dt.timedelta(minutes=10),
    "execution_timeout": dt.timedelta(hours=2),
}


class Tag(StrEnum):
    """Tags by which the UI groups the DAGs."""

    INGEST = "ingest"
    MATCHING = "matching"
    EVALUATION = "evaluation"
    PRIVACY = "privacy"


def scheduled_from() -> dt.datetime | None:
    """The day (UTC) before which no DAG runs by the clock: ADEPT_SCHEDULE_FROM, as 2026-12-01; None if not set.

    ValueError, with the variable's name, if it is no date. Runs started by hand or by an event are not held back.
    """
    text = os.environ.get("ADEPT_SCHEDULE_FROM", "")
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"ADEPT_SCHEDULE_FROM: {text!r} is no date; expected a day such as 2026-12-01") from None
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
