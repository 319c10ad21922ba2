"""The kinds of expectations used: Great Expectations' own ones, and two of our own for texts of file drops.

Importing this module imports Great Expectations (5 to 6 seconds): import it inside functions only.

Great Expectations computes an expectation's configuration anew at each of some hundred look-ups a validation; ours
never change once made, so each keeps its configuration. That makes a whole gate twice to three times as fast.
"""

from __future__ import annotations

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import; nothing is ever sent

import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)

from expectations import reading


class _Kept:
    """Mixin: the configuration is made once an expectation."""

    @property
    def configuration(self):
        kept = self.__dict__.get("_kept")
        if kept is None:
            kept = self.__dict__["_kept"] = super().configuration
        return kept

    def dict(self, **options):
        answer = super().dict(**options)
        answer.pop("_kept", None)
        return answer


class ColumnValuesReadAs(ColumnMapMetricProvider):
    """Metric behind ExpectColumnValuesToReadAs."""

    condition_metric_name = "column_values.read_as"
    condition_value_keys = ("reading",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, reading: str, **_: object) -> pd.Series:  # noqa: N805
        return _reads_as(column, reading)


class ColumnListMembersInSet(ColumnMapMetricProvider):
    """Metric behind ExpectColumnListMembersToBeInSet."""

    condition_metric_name = "column_values.list_members_in_set"
    condition_value_keys = ("value_set",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, value_set: list[str], **_: object) -> pd.Series:  # noqa: N805
        return reading.members_within(column, frozenset(value_set))


_reads_as = reading.reads_as


class ExpectColumnValuesToReadAs(_Kept, ColumnMapExpectation):
    """Expect texts that can be read as a date, year, integer, number (decimal comma) or boolean."""

    reading: str
    map_metric = "column_values.read_as"
    success_keys = ("reading", "mostly")


class ExpectColumnListMembersToBeInSet(_Kept, ColumnMapExpectation):
    """Expect lists, written with | between, whose members all belong to a set."""

    value_set: list
    map_metric = "column_values.list_members_in_set"
    success_keys = ("value_set", "mostly")


class ExpectColumnValuesToBeFilled(_Kept, gxe.ExpectColumnValuesToNotBeNull):
    """Expect a value in every row."""


class ExpectColumnValuesToBeAmong(_Kept, gxe.ExpectColumnValuesToBeInSet):
    """Expect values of a set."""


class ExpectColumnValuesToLieBetween(_Kept, gxe.ExpectColumnValuesToBeBetween):
    """Expect values between two bounds, both included."""


class ExpectColumnPairToBeInOrder(_Kept, gxe.ExpectColumnPairValuesAToBeGreaterThanB):
    """Expect an end that does not lie before its start."""


class ExpectKeyToBeUnique(_Kept, gxe.ExpectCompoundColumnsToBeUnique):
    """Expect each key once."""


class ExpectKeyColumnToBeUnique(_Kept, gxe.ExpectColumnValuesToBeUnique):
    """Expect each value of a key of one column once."""
