"""The DAGs, their tasks and their conventions, by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TASKS = {
    "ingest": {"resolve", "extract_people", "extract", "gate", "load", "release", "announce_cohorts"},
    "cohort_matching": {"resolve", "profiles", "propose", "approve", "publish"},
    "quarterly_evaluation": {"resolve", "model", "evaluate", "render", "publish"},
    "privacy_upkeep": {"resolve", "retain", "erase", "prove"},
}
HEAVY = {"pandas", "numpy", "duckdb", "dlt", "dbt", "great_expectations", "ortools", "sklearn", "statsmodels"}

_READ = """
import json, sys
import airflow.sdk, airflow.providers.standard.operators.hitl
before = set(sys.modules)
from airflow.dag_processing.dagbag import DagBag
from importlib import import_module
loaded = {}
for name in sys.argv[1].split(","):
    seen = set(sys.modules)
    import_module("dags." + name)
    loaded[name] = sorted({m.split(".")[0] for m in set(sys.modules) - seen})
bag = DagBag(dag_folder=sys.argv[2], load_op_links=False)
def facts(dag):
    return {
        "tasks": sorted(dag.task_ids), "doc": bool(dag.doc_md), "tags": sorted(dag.tags), "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs, "owners": sorted({t.owner for t in dag.tasks}),
        "retries": {t.task_id: t.retries for t in dag.tasks}, "pools": {t.task_id: t.pool for t in dag.tasks},
        "partitioned": type(dag.timetable).__name__,
    }
out = {"errors": bag.import_errors, "dags": {k: facts(v) for k, v in bag.dags.items()}, "loaded": loaded}
print("@@" + json.dumps(out))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("airflow")
    env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
           "AIRFLOW__CORE__UNIT_TEST_MODE": "False"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _READ, ",".join(TASKS), str(ROOT / "dags")],
        env=env, capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.split("@@")[1])


def test_exactly_these_dags_and_tasks(bag: dict) -> None:
    assert bag["errors"] == {}
    assert {name: set(dag["tasks"]) for name, dag in bag["dags"].items()} == TASKS


def test_conventions(bag: dict) -> None:
    for name, dag in bag["dags"].items():
        assert dag["doc"], name
        assert dag["tags"], name
        assert dag["catchup"] is False, name
        assert dag["owners"] == ["people-analytics"], name
        # One waiting approval must not hold up other cohorts; everything else runs one at a time.
        assert dag["max_active_runs"] == (16 if name == "cohort_matching" else 1), name


def test_evaluation_has_at_most_eight_tasks(bag: dict) -> None:
    assert len(bag["dags"]["quarterly_evaluation"]["tasks"]) <= 8


def test_whoever_opens_the_warehouse_holds_the_pool(bag: dict) -> None:
    writers = {
        "ingest": {"gate", "load"},
        "cohort_matching": {"profiles", "propose", "publish"},
        "quarterly_evaluation": {"model", "evaluate", "render", "publish"},
        "privacy_upkeep": {"retain", "erase"},
    }
    for name, tasks in writers.items():
        pools = bag["dags"][name]["pools"]
        assert {task for task, pool in pools.items() if pool == "warehouse_writer"} == tasks, name


def test_dag_files_import_nothing_heavy(bag: dict) -> None:
    """What makes a DAG file slow to parse is what it imports; seconds are measured in `make bench`."""
    for name, modules in bag["loaded"].items():
        assert not HEAVY & set(modules), name
