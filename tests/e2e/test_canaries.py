"""The canary people are found in nothing that is written for the warehouse, Airflow, dbt or the readers."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.e2e.conftest import DemoRun

# What may hold people: what came in, the vault, the programme office's workbooks, and what only tests read.
ALLOWED = ("inbox", "vault", "work/review", "sample")


@pytest.fixture(scope="module")
def markers(demo: DemoRun) -> list[bytes]:
    truth = json.loads((demo.folder / "sample" / "truth" / "2026Q3.json").read_text())
    texts = {"Kanarief\u00e5gel", "kanariefagel"}
    for person in truth["canaries"]:
        texts |= {person["number"], person["first_name"], person["last_name"], person["email"], person["pnr"]}
        texts.add(person["pnr"].replace("-", ""))
    return [text.casefold().encode() for text in sorted(texts)]


def decoded(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file's raw bytes, and what they hold once databases, archives and columnar files are decoded."""
    content = path.read_bytes()
    yield "raw", content
    if content[:4] == b"PAR1":
        yield "parquet", pq.read_table(path).to_pandas().to_csv().encode()
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
    elif content[:2] == b"\x1f\x8b":
        yield "gzip", gzip.decompress(content)
    elif content[:15] == b"SQLite format 3":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                yield table, repr(database.execute(f'SELECT * FROM "{table}"').fetchall()).encode()
    elif content[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as database:
            tables = database.execute(
                "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            ).fetchall()
            assert len(tables) > 40
            for schema, table in tables:
                yield (
                    f"{schema}.{table}",
                    database.execute(f'SELECT * FROM "{schema}"."{table}"').df().to_csv().encode(),
                )


def hits(folder: Path, markers: list[bytes], skip: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if name.startswith(skip):
            continue
        for part, content in decoded(path):
            # Both spellings of escapes: JSON may write å as \u00e5, repr as \xe5.
            text = content.decode("utf-8", "ignore").casefold()
            text += text.encode().replace(b"\\u00e5", "å".encode()).replace(b"\\xe5", "å".encode()).decode()
            lowered = text.encode()
            found += [f"{name}:{part}:{marker.decode()}" for marker in markers if marker in lowered]
    return found


def test_the_search_finds_them_where_they_came_in(demo: DemoRun, markers: list[bytes]) -> None:
    found = hits(demo.folder / "inbox", markers)
    # Personal identity numbers come in with a dash; the spelling without one is sought elsewhere only.
    came_in = [marker.decode() for marker in markers if not marker.isdigit()]
    assert [text for text in came_in if not any(entry.endswith(text) for entry in found)] == []


def test_the_canaries_take_part(demo: DemoRun) -> None:
    """Else the search below would prove nothing."""
    from programme.loading import load_programme
    from programme.settings import Settings
    from programme.vault import Vault
    from programme.warehouse import Warehouse
    from tests.pipeline import PROGRAMME_FILE, Pipeline

    pipeline = Pipeline(demo.folder)
    places = Settings.from_environment(pipeline.installation.environment())
    vault = Vault(places.vault, places.vault_key, load_programme(PROGRAMME_FILE).name)
    truth = json.loads((demo.folder / "sample" / "truth" / "2026Q3.json").read_text())
    roles = {person["role"]: vault.pseudonym(person["number"]) for person in truth["canaries"]}
    with Warehouse(places.warehouse, read_only=True) as warehouse:
        applied = set(warehouse.query("SELECT person_id FROM intermediate.int_participant")["person_id"])
        known = set(warehouse.query("SELECT person_id FROM raw_hris.employee")["person_id"])
    assert {roles[r] for r in ("mentee_2024", "mentor_2024", "mentee_2025", "mentor_2025")} <= applied
    assert set(roles.values()) <= known


def test_they_are_found_nowhere_else(demo: DemoRun, markers: list[bytes]) -> None:
    assert hits(demo.folder, markers, skip=ALLOWED) == []
