"""How long each DAG file takes to import, beyond Airflow itself."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dags.test_integrity import ROOT, TASKS

REPEATS, LIMIT_S = 5, 0.5
_MEASURE = """
import json, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl
from importlib import import_module
start = time.perf_counter()
import_module("dags." + sys.argv[1])
print("@@" + json.dumps(time.perf_counter() - start))
"""


def seconds_to_import(name: str, home: Path) -> float:
    """In a fresh process each, so that no file finds what another has imported."""
    env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, name], env=env, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(json.loads(done.stdout.split("@@")[1]))


@pytest.mark.bench
@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_dag_file_imports_fast(name: str, tmp_path: Path) -> None:
    seconds = [seconds_to_import(name, tmp_path) for _ in range(REPEATS)]
    print(f"{name}: median {statistics.median(seconds):.3f} s of {REPEATS}, slowest {max(seconds):.3f} s")
    assert statistics.median(seconds) < LIMIT_S
