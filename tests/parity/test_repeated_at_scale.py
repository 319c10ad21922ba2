"""A big employer's quarter, evaluated and published twice: the same bytes, although DuckDB adds up in parallel."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from programme.loading import load_programme
from programme.period import Period
from programme.warehouse import Warehouse
from tests.dbt.organisation import fill
from tests.dbt.project import create_raw_tables
from tests.pipeline import PROGRAMME_FILE, Pipeline, bytes_below

EMPLOYEES, APPLICANTS, PANEL_ROWS = 270_000, 2_000, 3_000_000
PERIOD = Period(2026, 3)


def warehouse_of(pipeline: Pipeline) -> str:
    return f"duckdb://{pipeline.folder / 'warehouse.duckdb'}"


@pytest.mark.prove
def test_three_million_panel_rows_publish_the_same_bytes_twice(tmp_path: Path) -> None:
    first = Pipeline(tmp_path / "first")
    first.installation.environment()
    with Warehouse(warehouse_of(first)) as warehouse:
        create_raw_tables(warehouse)
        fill(warehouse, EMPLOYEES, APPLICANTS, load_programme(PROGRAMME_FILE).name)
    shutil.copytree(tmp_path / "first", tmp_path / "again")
    again = Pipeline(tmp_path / "again")

    for pipeline in (first, again):
        pipeline.evaluate(PERIOD)

    with Warehouse(warehouse_of(first), read_only=True) as warehouse:
        assert warehouse.scalar("SELECT count(*) FROM marts.mart_panel") >= PANEL_ROWS
    ours, theirs = (bytes_below(p.installation.published) for p in (first, again))
    assert len(ours) >= 15
    assert ours == theirs
