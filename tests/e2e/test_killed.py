"""A run killed anywhere, and run again, publishes the same bytes as one that was never disturbed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from programme.period import Period
from tests.e2e.killed_run import POINTS
from tests.pipeline import ROOT, Pipeline, bytes_below

PERIOD = Period(2024, 4)
TABLES = (
    "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables "
    "WHERE table_schema IN ('published', 'evaluation', 'quarantine') OR table_schema LIKE 'raw_%' "
    "OR (table_schema = 'audit' AND table_name IN ('batch', 'publication')) ORDER BY 1"
)


@dataclass(frozen=True)
class Undisturbed:
    start: Path
    published: dict[str, bytes]
    tables: dict[str, pd.DataFrame]


def tables_of(folder: Path) -> dict[str, pd.DataFrame]:
    from programme.warehouse import Warehouse

    with Warehouse(f"duckdb://{folder / 'warehouse.duckdb'}", read_only=True) as warehouse:
        names = [name for name in warehouse.query(TABLES)["name"] if "_dlt_" not in name]
        return {name: warehouse.query(f"SELECT * FROM {name} ORDER BY ALL") for name in names}


def without_dlt(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[column for column in frame.columns if not column.startswith("_dlt")]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("killed")
    pipeline = Pipeline(folder / "start")
    pipeline.ingest(PERIOD.shift(-1))
    pipeline.match("2024")
    pipeline.feed.advance(PERIOD)
    shutil.copytree(folder / "start", folder / "whole")
    whole = Pipeline(folder / "whole")
    whole.ingest(PERIOD)
    whole.evaluate(PERIOD)
    return Undisturbed(folder / "start", bytes_below(whole.installation.published), tables_of(folder / "whole"))


def assert_same(pipeline: Pipeline, undisturbed: Undisturbed) -> None:
    published = bytes_below(pipeline.installation.published)
    assert published.keys() == undisturbed.published.keys()
    assert [name for name, content in published.items() if content != undisturbed.published[name]] == []
    tables = tables_of(pipeline.folder)
    assert tables.keys() == undisturbed.tables.keys()
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(without_dlt(frame), without_dlt(undisturbed.tables[name]), obj=name)


@pytest.mark.parametrize("point", sorted(POINTS))
def test_killed_and_run_again(point: str, undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "pipeline"
    shutil.copytree(undisturbed.start, folder)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.e2e.killed_run", str(folder), point, PERIOD.label],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stdout[-2000:] + killed.stderr[-2000:]
    again = Pipeline(folder)
    again.ingest(PERIOD)
    again.evaluate(PERIOD)
    assert_same(again, undisturbed)


def test_running_a_quarter_twice_changes_nothing(undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "pipeline"
    shutil.copytree(undisturbed.start, folder)
    pipeline = Pipeline(folder)
    for _ in range(2):
        pipeline.ingest(PERIOD)
        pipeline.evaluate(PERIOD)
    assert_same(pipeline, undisturbed)
