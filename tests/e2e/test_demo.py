"""`adept demo` from the user's side: what it publishes, prints and reuses, and how it fails."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pandas as pd

from programme.period import Period
from tests.e2e.conftest import EMPLOYEES, DemoRun, adept
from tests.pipeline import bytes_below

TABLES = {"goal", "key_factor", "cohort_metric", "survey_scale", "effect", "theme", "workforce", "anonymous_outcome",
          "match_summary", "adjustment"}  # fmt: skip
TAIL = ["value", "n", "is_hidden", "hidden_reason", "low", "high"]


def test_every_quarter_has_its_edition(demo: DemoRun, periods: list[Period]) -> None:
    for period in periods:
        edition = demo.published / period.label / "final"
        names = {str(p.relative_to(edition)) for p in edition.rglob("*") if p.is_file()}
        assert {"report.sv.html", "report.en.html", "outcomes.sv.xlsx", "outcomes.en.xlsx", "manifest.json"} <= names
        assert {f"tables/{name}.parquet" for name in TABLES} <= names


def test_manifest_hashes_fit_the_files(demo: DemoRun, periods: list[Period]) -> None:
    for period in periods:
        edition = demo.published / period.label / "final"
        manifest = json.loads((edition / "manifest.json").read_text())
        assert manifest["code_hash"]
        assert manifest["config_hash"]
        assert manifest["inputs_hash"]
        files = {str(p.relative_to(edition)) for p in edition.rglob("*") if p.is_file()} - {"manifest.json"}
        assert set(manifest["files"]) == files
        for name, entry in manifest["files"].items():
            assert hashlib.sha256((edition / name).read_bytes()).hexdigest() == entry["sha256"], (period, name)
        assert set(manifest["tables"]) == TABLES


def test_published_tables_share_their_last_columns_and_hide_whole_cells(demo: DemoRun, periods: list[Period]) -> None:
    shown = 0
    for period in periods:
        for path in sorted((demo.published / period.label / "final" / "tables").glob("*.parquet")):
            frame = pd.read_parquet(path)
            assert list(frame.columns[-6:]) == TAIL, path
            hidden = frame[frame["is_hidden"]]
            assert hidden[["value", "n", "low", "high"]].isna().all(axis=None), path
            assert hidden["hidden_reason"].ne("").all()
            shown += int((~frame["is_hidden"]).sum())
    assert shown > 500


def test_it_prints_a_line_per_task_and_the_headlines(demo: DemoRun) -> None:
    lines = demo.output.splitlines()
    for dag, task in (("ingest", "load"), ("cohort_matching", "approve"), ("quarterly_evaluation", "publish")):
        assert any(dag in line and task in line and "✓" in line for line in lines), (dag, task)
    assert any("2026Q3/final" in line.replace("\n", "") for line in lines) or "2026Q3/final" in demo.output.replace(
        "\n", ""
    )
    assert "Peak memory" in demo.output


def test_the_dags_ran_under_the_local_executor(demo: DemoRun) -> None:
    with sqlite3.connect(demo.folder / "airflow" / "airflow.db") as database:
        runs = dict(database.execute("SELECT dag_id, count(*) FROM dag_run WHERE state = 'success' GROUP BY dag_id"))
        failed = database.execute("SELECT count(*) FROM dag_run WHERE state <> 'success'").fetchone()[0]
        by_the_clock = database.execute("SELECT count(*) FROM dag_run WHERE run_type = 'scheduled'").fetchone()[0]
        executors = {row[0] for row in database.execute("SELECT DISTINCT executor FROM task_instance")}
    assert runs["ingest"] == 9
    assert runs["cohort_matching"] == 2
    assert runs["quarterly_evaluation"] >= 8
    assert failed == 0
    assert by_the_clock == 0
    assert executors <= {None, "LocalExecutor", ""}


def test_running_it_again_reuses_what_is_there(demo: DemoRun) -> None:
    before = bytes_below(demo.published)
    again = adept("demo", "--folder", str(demo.folder), "--employees", str(EMPLOYEES))
    assert again.returncode == 0, again.stdout[-3000:]
    assert "✓" not in again.stdout
    assert bytes_below(demo.published) == before


def test_a_failed_task_makes_it_fail(tmp_path) -> None:
    folder = tmp_path / "demo"
    # The marker says that the quarter's files were written; they are not there, so the HRIS cannot be read.
    (folder / "sample").mkdir(parents=True)
    (folder / "sample" / "state-2024Q3.bin").write_bytes(b"")
    done = adept("demo", "--folder", str(folder), "--employees", str(EMPLOYEES), "--until", "2024Q3")
    assert done.returncode == 1
    assert "extract_people" in done.stdout
    assert "hris" in done.stdout
