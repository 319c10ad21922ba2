"""DuckDB and PostgreSQL give equal published tables, reports and workbooks."""

from __future__ import annotations

from pathlib import Path

from programme.period import Period
from tests.pipeline import Pipeline, bytes_below

LAST = Period(2025, 1)


def test_both_warehouses_publish_the_same(tmp_path: Path, postgres: str) -> None:
    from tests.services.postgres import new_database

    duck = Pipeline(tmp_path / "duckdb")
    duck.run(LAST)
    with new_database(postgres, "adept_warehouse") as warehouse, new_database(postgres, "adept_vault") as vault:
        other = Pipeline(tmp_path / "postgres", warehouse=warehouse, vault=vault)
        # The same pseudonyms need the same key.
        other.installation.environment()
        key = (tmp_path / "duckdb" / "airflow" / "secrets.json").read_bytes()
        (tmp_path / "postgres" / "airflow" / "secrets.json").write_bytes(key)
        other.run(LAST)
    ours, theirs = (bytes_below(p.installation.published) for p in (duck, other))
    assert ours.keys() == theirs.keys()
    assert len(ours) >= 2 * 15
    assert {name for name in ours if ours[name] != theirs[name]} == set()
