"""The assets that link the DAGs: what one emits, the next waits for."""

from __future__ import annotations

from airflow.sdk import Asset

# Partition key: the first day of the quarter whose data were ingested.
VALIDATED_QUARTER = Asset(name="validated_quarter", uri="adept://warehouse/validated-quarter")

# Partition key: the cohort whose match period has been ingested.
COHORT_READY = Asset(name="cohort_ready", uri="adept://programme/cohort-ready")

# Partition key: the cohort whose approved pairs stand in the warehouse.
APPROVED_PAIRS = Asset(name="approved_pairs", uri="adept://warehouse/approved-pairs")

# Partition key: the first day of the quarter whose evaluation is published.
PUBLISHED_QUARTER = Asset(name="published_quarter", uri="adept://published/quarter")
