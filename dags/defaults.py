"""What all DAGs share: owner, retries, pools, tags."""

from __future__ import annotations

import datetime as dt
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
