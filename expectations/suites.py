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
        case "unique" if len(check.columns) == 1:
            return kinds.ExpectKeyColumnToBeUnique(column=column, meta=meta)
        case "unique":
            return kinds.ExpectKeyToBeUnique(
                column_list=list(check.columns), ignore_row_if="any_value_is_missing", meta=meta
            )


def suite(dataset: Dataset, period: Period, lists: dict[str, tuple[str, ...]] | None = None) -> gx.ExpectationSuite:
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
            import expectations.kinds  # noqa: F401 - switches analytics off before anything else is imported

            yield
    finally:
        logger.setLevel(level)


@cache
def _rows() -> Any:
    """Where frames are handed to Great Expectations: one definition in one context a process."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("received").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")


def validate(
    frame: pd.DataFrame, dataset: Dataset, period: Period, lists: dict[str, tuple[str, ...]] | None = None
) -> tuple[list[tuple[Check, list[int]]], pd.DataFrame]:
    """Validate a frame with index 0..n-1: for each check its unexpected rows, and the counts (VALIDATION_COLUMNS).

    The whole suite is asked for yes or no, then what failed is asked for its rows: complete answers cost twice as much.
    SuiteError if an expectation raised instead of answering.
    """
    planned = checks(dataset, lists)
    with _quiet():
        import great_expectations as gx

        demanded = suite(dataset, period, lists)
        configurations = [expectation.configuration for expectation in demanded.expectations]
        batch = _rows().get_batch({"dataframe": frame})
        passed = {_id(r) for r in batch.validate(demanded, result_format="BOOLEAN_ONLY").results if r.success}
        failed = [e for e, c in zip(demanded.expectations, configurations, strict=True) if _key(c) not in passed]
        answers = {}
        if failed:
            again = gx.ExpectationSuite(name=demanded.name, expectations=failed)
            how = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
            answers = {_id(r): r.result for r in batch.validate(again, result_format=how).results}
    found, rows = [], []
    for check, configuration in zip(planned, configurations, strict=True):
        # Results come in an order of Great Expectations' own; each is found again by its configuration.
        key, column = _key(configuration), ", ".join(check.columns)
        unexpected = [] if key in passed else answers.get(key, {}).get("unexpected_index_list") or []
        count = len(unexpected)
        if key not in passed and not count:
            raise SuiteError(
                f"{dataset.source}.{dataset.name}: expectation {configuration.type} on {column} could not be "
                "evaluated; see expectations/suites.py"
            )
        filled = frame[list(check.columns)].notna().all(axis=1)
        n_checked = len(frame) if check.kind == "filled" else int(filled.sum())
        found.append((check, [int(row) for row in unexpected]))
        rows.append((
            dataset.source, dataset.name, period.label, check.rule, configuration.type, column, n_checked, count,
            not count,
        ))  # fmt: skip
    return found, pd.DataFrame(rows, columns=list(VALIDATION_COLUMNS))


def _id(result: Any) -> str:
    return _key(result.expectation_config)


def _key(configuration: Any) -> str:
    kwargs = sorted((k, str(v)) for k, v in configuration.kwargs.items() if k != "batch_id")
    return f"{configuration.type} {kwargs}"
