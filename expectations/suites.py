"""Great Expectations suites of the datasets, and what a validation says about each row.

Great Expectations is imported inside the functions (5 to 6 seconds). It validates a pandas frame in an ephemeral
context: no file, no progress bar, no network. Its complete results hold values of people; they are reduced to counts
and row numbers here and go no further.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import warnings
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from expectations.rules import Check, checks
from programme.period import Period
from sources.contracts import Dataset

if TYPE_CHECKING:
    import great_expectations as gx

VALIDATION_COLUMNS = (
    "source", "dataset", "period", "rule", "expectation", "column", "n_checked", "n_unexpected", "is_success",
)  # fmt: skip


class SuiteError(RuntimeError):
    """An expectation that could not be evaluated: a fault of the suite, not of the data."""


def _expectation(check: Check, period: Period) -> Any:
    from expectations import kinds

    meta = {"rule": check.rule, "reason": check.reason}
    column = check.columns[0]
    match check.kind:
        case "filled":
            return kinds.ExpectColumnValuesToBeFilled(column=column, meta=meta)
        case "reads_as":
            return kinds.ExpectColumnValuesToReadAs(column=column, reading=check.reading, meta=meta)
        case "in_set":
            return kinds.ExpectColumnValuesToBeAmong(column=column, value_set=list(check.values), meta=meta)
        case "true":
            return kinds.ExpectColumnValuesToBeAmong(column=column, value_set=[True], meta=meta)
        case "members":
            return kinds.ExpectColumnListMembersToBeInSet(column=column, value_set=list(check.values), meta=meta)
        case "between":
            return kinds.ExpectColumnValuesToLieBetween(
                column=column, min_value=check.low, max_value=check.high, meta=meta
            )
        case "dates_between":
            latest = period.end + dt.timedelta(days=check.latest)
            return kinds.ExpectColumnValuesToLieBetween(
                column=column, min_value=pd.Timestamp(check.earliest), max_value=pd.Timestamp(latest), meta=meta
            )
        case "not_before":
            return kinds.ExpectColumnPairToBeInOrder(
                column_A=column, column_B=check.columns[1], or_equal=True,
                ignore_row_if="either_value_is_missing", meta=meta,
            )  # fmt: skip
        case "unique":
            return kinds.ExpectKeyToBeUnique(
                column_list=list(check.columns), ignore_row_if="any_value_is_missing", meta=meta
            )


def suite(
    dataset: Dataset, period: Period, lists: dict[str, tuple[str, ...]] | None = None
) -> gx.ExpectationSuite:
    """The suite of one dataset for one period (its latest plausible days follow from the period's end).

    An expectation's `meta` holds the rule under which a row is rejected and the reason that its quarantine row states.
    """
    with _quiet():
        import great_expectations as gx

        expectations = [_expectation(check, period) for check in checks(dataset, lists)]
        return gx.ExpectationSuite(name=f"{dataset.source}.{dataset.name}", expectations=expectations)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Great Expectations' import-time deprecations and info logging from the task's log."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import expectations.kinds  # noqa: F401

            yield
    finally:
        logger.setLevel(level)


@cache
def _source() -> Any:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context.data_sources.add_pandas("received")


def validate(
    frame: pd.DataFrame, dataset: Dataset, period: Period, lists: dict[str, tuple[str, ...]] | None = None
) -> tuple[list[tuple[Check, list[int]]], pd.DataFrame]:
    """Validate a frame with index 0..n-1: for each check its unexpected rows, and the counts (VALIDATION_COLUMNS).

    SuiteError if an expectation raised instead of answering.
    """
    planned = checks(dataset, lists)
    with _quiet():
        demanded = suite(dataset, period, lists)
        asset = _source().add_dataframe_asset(demanded.name)
        try:
            batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
            how = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
            results = batch.validate(demanded, result_format=how).results
        finally:
            _source().delete_asset(demanded.name)
    # Results come in an order of Great Expectations' own; each is found again by its configuration.
    by_key = {_key(r.expectation_config.type, r.expectation_config.kwargs): r for r in results}
    found, rows = [], []
    for check, expectation in zip(planned, demanded.expectations, strict=True):
        configuration = expectation.configuration
        result = by_key.get(_key(configuration.type, configuration.kwargs))
        column = ", ".join(check.columns)
        if result is None or "unexpected_count" not in result.result:
            raise SuiteError(
                f"{dataset.source}.{dataset.name}: expectation {configuration.type} on {column} could not be evaluated; "
                "see expectations/suites.py"
            )
        unexpected = [int(row) for row in result.result.get("unexpected_index_list") or ()]
        n_checked = int(result.result["element_count"]) - int(result.result.get("missing_count") or 0)
        found.append((check, unexpected))
        rows.append((
            dataset.source, dataset.name, period.label, check.rule, configuration.type, column, n_checked,
            int(result.result["unexpected_count"]), bool(result.success),
        ))  # fmt: skip
    return found, pd.DataFrame(rows, columns=list(VALIDATION_COLUMNS))


def _key(kind: str, kwargs: dict[str, Any]) -> str:
    return f"{kind} {sorted((k, str(v)) for k, v in kwargs.items() if k != 'batch_id')}"
