"""dbt as a subprocess per task: in-process it would keep DuckDB's file open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from dags.steps.context import open_warehouse
from dags.steps.telling import told_by_dbt, told_without_nodes
from programme.config import Programme
from programme.run_context import RunContext
from programme.settings import Settings

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


class DbtError(RuntimeError):
    """dbt failed; the message names the nodes and why, without any row."""


def variables(context: RunContext, programme: Programme) -> dict[str, Any]:
    """The run's dbt variables: every date comes from the run, never from the clock."""
    return {
        "programme": context.programme,
        "period": context.period.label,
        "as_of": context.as_of.isoformat(),
        "known_at": context.known_at_text,
        "first_period_start": programme.history_from.isoformat(),
        "cohorts": [
            {
                "name": c.name,
                "match_period": c.match_period,
                "match_on": c.match_on.isoformat(),
                "starts_on": c.starts_on.isoformat(),
                "ends_on": c.ends_on.isoformat(),
            }
            for c in programme.cohorts
        ],
        "eligibility": [
            {"role": role, **condition.model_dump(exclude={"legal_assessment_ref"})}
            for role in ("mentee", "mentor")
            for condition in getattr(programme.eligibility, role)
        ],
        "leader_level": programme.leadership.level,
        "required_courses": [t.course for t in programme.training if t.required],
    }


def environment(places: Settings) -> dict[str, str]:
    """The environment of dbt's profile; nothing is sent anywhere."""
    env = dict(os.environ)
    env.update(DO_NOT_TRACK="1", DBT_SEND_ANONYMOUS_USAGE_STATS="False", DBT_VERSION_CHECK="False")
    parts = urlsplit(places.warehouse)
    if parts.scheme == "duckdb":
        env.update(ADEPT_DBT_TARGET="duckdb", ADEPT_DUCKDB_PATH=unquote(parts.path))
    else:
        env.update(
            ADEPT_DBT_TARGET="postgres",
            ADEPT_PG_HOST=parts.hostname or "127.0.0.1",
            ADEPT_PG_PORT=str(parts.port or 5432),
            ADEPT_PG_USER=unquote(parts.username or ""),
            ADEPT_PG_PASSWORD=unquote(parts.password or ""),
            ADEPT_PG_DBNAME=parts.path.lstrip("/"),
        )
    return env


def build(places: Settings, context: RunContext, programme: Programme, select: str) -> None:
    """Run `dbt build --select ...` and record each node's result in audit.dbt_result; DbtError if any failed.

    Unit tests and the slower data tests run in the test suite: they test the models, not the data of a quarter.
    """
    target = places.work / "dbt"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    arguments = [
        *("--no-use-colors", "--log-level", "warn", "--log-level-file", "none", "build", "--project-dir", str(PROJECT)),
        *("--profiles-dir", str(PROJECT), "--target-path", str(target), "--log-path", str(target / "logs")),
        *("--select", *select.split(), "--exclude", "test_type:unit", "tag:thorough"),
        *("--vars", json.dumps(variables(context, programme))),
    ]
    exit_code, output = run_dbt(arguments, environment(places))
    outcome = json.loads(results.read_text()) if results.exists() else {"results": []}
    nodes = outcome["results"]
    if nodes:
        _record(places, context, outcome)
    if exit_code != 0:
        failed = [f"{n['unique_id']}: {n['status']}: {told_by_dbt(str(n.get('message')))[:300]}" for n in nodes
                  if n["status"] not in ("success", "pass", "skipped", "warn")]  # fmt: skip
        detail = "\n".join(failed) or told_without_nodes(output)
        raise DbtError(f"dbt build --select {select} failed for {context.period}:\n{detail}")


def run_dbt(arguments: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run dbt's command; returns exit code and what it printed.

    In a process of its own, since dbt keeps DuckDB's file open.
    """
    command = [str(Path(sys.executable).parent / "dbt"), *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _record(places: Settings, context: RunContext, results: dict[str, Any]) -> None:
    invocation = str(results.get("metadata", {}).get("invocation_id", ""))
    rows = pd.DataFrame(
        [
            {
                "run_id": context.run_id,
                "invocation": invocation,
                "node": node["unique_id"],
                "status": node["status"],
                "seconds": round(float(node["execution_time"]), 3),
                "rows": node.get("adapter_response", {}).get("rows_affected"),
            }
            for node in results["results"]
        ]
    )
    with open_warehouse(places) as warehouse:
        warehouse.insert("audit.dbt_result", rows)
