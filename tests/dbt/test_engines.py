"""The whole project on DuckDB and PostgreSQL: every test passes, and both give the same tables."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from programme.warehouse import Warehouse
from tests.dbt import small
from tests.dbt.project import PROJECT, build, create_raw_tables, run_dbt

TABLES = [f"{p.parent.name}.{re.sub(r'_v1$', '', p.stem)}" for p in sorted((PROJECT / "models").rglob("*.sql"))]
LIGHT = {"light_models": "view"}


def _build_all(url: str, work: Path) -> dict[str, pd.DataFrame]:
    work.mkdir(exist_ok=True)
    with Warehouse(url) as warehouse:
        create_raw_tables(warehouse)
        create_raw_tables(warehouse)  # landing.sql may be run again
        small.fill(warehouse)
    run = build(url, work, "build", variables=LIGHT)
    assert {r["status"] for r in run.results.values()} <= {"success", "pass", "no-op"}
    with Warehouse(url) as warehouse:
        return {name: small.table(warehouse, name) for name in TABLES}


def test_both_engines_pass_every_test_and_agree(tmp_path: Path, postgres_database: str) -> None:
    duck = _build_all(f"duckdb:///{(tmp_path / 'w.duckdb').as_posix().lstrip('/')}", tmp_path / "duckdb")
    post = _build_all(postgres_database, tmp_path / "postgres")
    for name in TABLES:
        pd.testing.assert_frame_equal(duck[name], post[name], obj=name)
    filled = [t for t in TABLES if t.split(".")[0] in ("intermediate", "marts")]
    assert all(len(duck[name]) for name in filled), [name for name in filled if duck[name].empty]
    assert len(duck["published.goal"]) == 1


@pytest.fixture
def warehouse_url(tmp_path: Path) -> str:
    """A DuckDB warehouse with the small organisation."""
    url = f"duckdb:///{(tmp_path / 'w.duckdb').as_posix().lstrip('/')}"
    with Warehouse(url) as warehouse:
        create_raw_tables(warehouse)
        small.fill(warehouse)
    return url


def test_a_duplicate_key_fails_the_build_by_name(warehouse_url: str, tmp_path: Path) -> None:
    with Warehouse(warehouse_url) as warehouse:
        warehouse.execute("INSERT INTO matching.approved_pair SELECT * FROM matching.approved_pair LIMIT 1")
    run = run_dbt(warehouse_url, tmp_path, "build", "--select", "+int_pair", "--exclude", "test_type:unit")
    assert run.code == 1
    failed = [name for name, r in run.results.items() if r["status"] == "fail"]
    assert any("int_pair_cohort" in name for name in failed), run.output


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"known_at": "2025-05-20 06:00"}, "expected UTC"),
        ({"as_of": "2020-03-31"}, "lies before first_period_start"),
        ({"eligibility": [{"role": "mentee", "field": "sex", "at_least": 1}]}, "cannot be used so"),
    ],
)
def test_wrong_values_stop_with_a_message(
    variables: dict[str, object], message: str, warehouse_url: str, tmp_path: Path
) -> None:
    selection = ("--select", "int_employee_quarter", "int_participant")
    run = run_dbt(warehouse_url, tmp_path, "compile", *selection, variables=variables)
    assert run.code != 0
    assert message in run.output
