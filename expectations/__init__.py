"""Expectations: Great Expectations suites on every incoming dataset, the gate, and what goes to quarantine.

`gate(extracts)` judges rows and datasets; `suite(dataset, period)` is what Great Expectations is asked;
`describe()` prints all of it for people. Great Expectations itself is imported on first use only.
"""

from expectations.describe import describe
from expectations.gated import Gated, GateError, Notice, all_notices, validation_results
from expectations.gating import gate
from expectations.history import known_units, previous_counts
from expectations.rules import RULES, checks
from expectations.suites import SuiteError, suite

__all__ = [
    "RULES", "GateError", "Gated", "Notice", "SuiteError", "all_notices", "checks", "describe", "gate", "known_units",
    "previous_counts", "suite", "validation_results",
]  # fmt: skip
