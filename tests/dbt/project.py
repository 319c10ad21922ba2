"""Runs the dbt project as the pipeline does: one subprocess, places by environment, values by --vars."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from programme.warehouse import Warehouse
from sources.contracts import DATASETS, Column

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
LANDING = PROJECT / "landing.sql"
_TYPES = {"text": "text", "codes": "text", "integer": "bigint", "number": "double precision", "date": "date",
          "boolean": "boolean"}  # fmt: skip

COHORT = {"name": "2024", "match_period": "2024Q3", "match_on": "2024-10-20", "starts_on": "2024-11-01",
          "ends_on": "2025-10-31"}  # fmt: skip
VARS: dict[str, Any] = {
    "programme": "sample",
    "period": "2025Q1",
    "as_of": "2025-03-31",
    "known_at": "2025-05-20T06:00:00Z",
    "first_period_start": "2023-10-01",
    "cohorts": [COHORT],
    "eligibility": [
        {"role": "mentee", "field": "level", "at_least": None, "at_most": 6, "one_of": None},
        {"role": "mentor", "field": "tenure_years", "at_least": 2, "at_most": None, "one_of": None},
    ],
    "leader_level": 8,
    "required_courses": ["inclusion", "mentoring_technique"],
}


@dataclass(frozen=True)
class DbtRun:
    """What a dbt command left behind: exit code, log text, and run_results.json's results by node name."""

    code: int
    output: str
    results: dict[str, dict[str, Any]]


def sql_type(column: Column) -> str:
    """The warehouse type of a raw column, valid on both engines."""
    if column.role == "person":
        return "text"
    return "bigint" if column.role == "birth_date" else _TYPES[column.type]


def create_raw_tables(warehouse: Warehouse) -> None:
    """Empty raw tables with the contracts' columns, and the tables of landing.sql."""
    for statement in LANDING.read_text(encoding="utf-8").split(";"):
        if statement.strip():
            warehouse.execute(statement)
    for item in DATASETS:
        warehouse.execute(f"CREATE SCHEMA IF NOT EXISTS raw_{item.source}")
        columns = [f"{c.name} {sql_type(c)}" for c in item.loaded_columns]
        tail = ["batch_id text", "known_at timestamp", "delivery text", "line bigint"]
        warehouse.execute(f"CREATE TABLE IF NOT EXISTS {item.table} ({', '.join(columns + tail)})")


def environment(url: str, work: Path) -> dict[str, str]:
    """The environment variables that profiles.yml reads."""
    parts = urlsplit(url)
    env = {**os.environ, "DBT_PROFILES_DIR": str(PROJECT), "DBT_TARGET_PATH": str(work / "target"),
           "DBT_LOG_PATH": str(work / "logs"), "DO_NOT_TRACK": "1"}  # fmt: skip
    if parts.scheme == "duckdb":
        return env | {"ADEPT_DBT_TARGET": "duckdb", "ADEPT_DUCKDB_PATH": unquote(parts.path)}
    return env | {
        "ADEPT_DBT_TARGET": "postgres",
        "ADEPT_PG_HOST": parts.hostname or "",
        "ADEPT_PG_PORT": str(parts.port),
        "ADEPT_PG_USER": unquote(parts.username or ""),
        "ADEPT_PG_PASSWORD": unquote(parts.password or ""),
        "ADEPT_PG_DBNAME": parts.path.lstrip("/"),
    }


def run_dbt(url: str, work: Path, *arguments: str, variables: dict[str, Any] | None = None) -> DbtRun:
    """Run a dbt command against the database at `url`; never raises on failing nodes."""
    command = [str(Path(sys.executable).with_name("dbt")), *arguments, "--project-dir", str(PROJECT)]
    command += ["--vars", json.dumps(VARS | (variables or {}))]
    done = subprocess.run(command, env=environment(url, work), capture_output=True, text=True, cwd=work, check=False)
    file = work / "target" / "run_results.json"
    results = json.loads(file.read_text())["results"] if file.exists() else []
    by_name = {r["unique_id"].split(".", 2)[2]: r for r in results}
    return DbtRun(done.returncode, done.stdout + done.stderr, by_name)


def build(url: str, work: Path, *arguments: str, variables: dict[str, Any] | None = None) -> DbtRun:
    """Run a dbt command and insist that it succeeds."""
    run = run_dbt(url, work, *arguments, variables=variables)
    assert run.code == 0, run.output
    return run
