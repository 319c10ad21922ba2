"""Received = loaded + quarantined + repeats; each dirty row lies in quarantine under its rule, no clean one."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from programme.period import Period
from programme.warehouse import Warehouse
from tests.e2e.conftest import DemoRun


@pytest.fixture(scope="module")
def batches(demo: DemoRun) -> pd.DataFrame:
    with Warehouse(f"duckdb://{demo.folder / 'warehouse.duckdb'}", read_only=True) as warehouse:
        return warehouse.query("SELECT * FROM audit.batch")


@pytest.fixture(scope="module")
def rejected(demo: DemoRun) -> pd.DataFrame:
    with Warehouse(f"duckdb://{demo.folder / 'warehouse.duckdb'}", read_only=True) as warehouse:
        return warehouse.query("SELECT * FROM quarantine.rejected_row")


def all_periods() -> list[Period]:
    return Period(2024, 3).until(Period(2026, 3))


def dirty_rows(demo: DemoRun) -> pd.DataFrame:
    rows = []
    for period in all_periods():
        truth = json.loads((demo.folder / "sample" / "truth" / f"{period}.json").read_text())
        rows += truth["dirty"]
    return pd.DataFrame(rows)


def test_every_source_and_period_adds_up(batches: pd.DataFrame, demo: DemoRun) -> None:
    assert set(batches["period"]) == {period.label for period in all_periods()}
    assert set(batches["source"]) == {"hris", "programme", "survey", "anonymous"}
    total = batches["n_loaded"] + batches["n_quarantined"] + batches["n_repeats"]
    assert (batches["n_received"] == total).all()
    assert batches["n_received"].sum() > 10_000


def test_loaded_rows_are_in_the_warehouse(batches: pd.DataFrame, demo: DemoRun) -> None:
    with Warehouse(f"duckdb://{demo.folder / 'warehouse.duckdb'}", read_only=True) as warehouse:
        for (source, dataset), expected in batches.groupby(["source", "dataset"])["n_loaded"].sum().items():
            assert warehouse.scalar(f"SELECT count(*) FROM raw_{source}.{dataset}") == expected, (source, dataset)


def test_every_dirty_row_and_no_clean_row_is_in_quarantine(
    demo: DemoRun, rejected: pd.DataFrame, batches: pd.DataFrame
) -> None:
    dirty = dirty_rows(demo)
    repeats = dirty[dirty["rule"] == "exact_repeat"]
    planted = {(row.file, row.line, row.rule) for row in dirty.itertuples() if row.rule != "exact_repeat"}
    folder = {"anonymous": "survey"}
    found = {
        (f"{folder.get(row.source, row.source)}/{row.period}/{row.file}", row.line, row.rule)
        for row in rejected.itertuples()
    }
    assert found == planted
    assert len(planted) >= 30
    assert batches["n_repeats"].sum() == len(repeats) >= 3


def test_the_reasons_never_quote_a_row(rejected: pd.DataFrame) -> None:
    assert not rejected["reason"].str.contains(r"E\d{5}|@", regex=True).any()
