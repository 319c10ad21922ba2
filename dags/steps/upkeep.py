"""Retention and erasure: what is too old goes, who asked to be forgotten goes, and a search proves it."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from dags.steps.context import open_vault, open_warehouse, settings
from dags.steps.ingest import prepare
from programme.loading import programme_as_of
from programme.warehouse import Warehouse


class ErasureError(RuntimeError):
    """Something of an erased person was found; the message names tables and counts, never the person."""


def resolve(partition_key: str | None, params: dict[str, Any]) -> dict[str, str]:
    """The day on which age is reckoned, and the cutoff before which data are too old."""
    key = params.get("day") or partition_key
    if not key:
        raise ValueError("the run has neither a partition key nor params.day; give a day such as 2026-11-01")
    day = dt.date.fromisoformat(key)
    programme = programme_as_of(settings().programme_file, day)
    months = day.year * 12 + day.month - 1 - programme.privacy.retention_months
    cutoff = dt.date(months // 12, months % 12 + 1, 1)
    return {"programme": programme.name, "day": day.isoformat(), "cutoff": cutoff.isoformat()}


def retain(context: dict[str, str]) -> dict[str, int]:
    """Delete raw rows and quarantine entries that were known before the cutoff; returns rows removed by table."""
    cutoff = dt.datetime.fromisoformat(context["cutoff"])
    removed: dict[str, int] = {}
    with open_warehouse(settings()) as warehouse:
        prepare(warehouse)
        with warehouse.transaction():
            for table in _tables(warehouse, "known_at"):
                if table.startswith(("raw_", "quarantine.")):
                    n = int(warehouse.scalar(f"SELECT count(*) FROM {table} WHERE known_at < ?", (cutoff,)))
                    if n:
                        warehouse.execute(f"DELETE FROM {table} WHERE known_at < ?", (cutoff,))
                        removed[table] = n
    return removed


def requests_folder(work: Path) -> Path:
    """Where requests for erasure lie: text files with an employee number a line, for the vault keeper alone."""
    return work / "erasure"


def erase(context: dict[str, str]) -> dict[str, Any]:
    """Erase everybody who has asked for it from warehouse and vault; returns counts and the hashes of the erased."""
    places = settings()
    files = sorted(requests_folder(places.work).glob("*.txt"))
    numbers = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    vault = open_vault(places, context["programme"])
    people = sorted({p for p in (vault.pseudonym(number) for number in numbers) if p})
    removed: dict[str, int] = {}
    if people:
        with open_warehouse(places) as warehouse:
            with warehouse.transaction():
                removed = _erase_rows(warehouse, people)
            warehouse.rewrite()
        removed |= {f"vault.{k}": n for k, n in vault.erase(people, purpose="erasure", actor="privacy_upkeep").items()}
        _prove(places, people)
    for file in files:
        file.unlink()
    return {
        "n_people": len(people),
        "removed": removed,
        "erased": [hashlib.sha256(p.encode()).hexdigest() for p in people],
    }


def prove(context: dict[str, str], erased: dict[str, Any]) -> dict[str, int]:
    """Search every table for people whom the vault has erased; fails if any is found."""
    places = settings()
    vault = open_vault(places, context["programme"])
    with open_warehouse(places, read_only=True) as warehouse:
        found = set()
        for table, column in _person_columns(warehouse):
            found |= set(warehouse.query(f"SELECT DISTINCT {column} AS p FROM {table}")["p"].dropna())
        n_left = len(vault.erased(found))
    if n_left:
        raise ErasureError(f"{n_left} erased people are still in the warehouse; run privacy_upkeep again")
    return {"n_searched": len(found), "n_found": n_left, "n_erased": erased["n_people"]}


def _erase_rows(warehouse: Warehouse, people: list[str]) -> dict[str, int]:
    removed: dict[str, int] = {}
    marks = ", ".join("?" for _ in people)
    # Answers and comments hang on the response, which names the person.
    responses = warehouse.query(
        f"SELECT survey_id, response_id FROM raw_survey.response WHERE person_id IN ({marks})", people
    ) if warehouse.has_table("raw_survey", "response") else pd.DataFrame()  # fmt: skip
    for row in responses.itertuples():
        for table in ("answer", "comment"):
            warehouse.execute(
                f"DELETE FROM raw_survey.{table} WHERE survey_id = ? AND response_id = ?",
                (row.survey_id, row.response_id),
            )
    for table, column in _person_columns(warehouse):
        n = int(warehouse.scalar(f"SELECT count(*) FROM {table} WHERE {column} IN ({marks})", people))
        if n:
            warehouse.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", people)
            removed[f"{table}.{column}"] = n
    for person in people:
        for table, column in _list_columns(warehouse):
            # Lists are `a|b|c`; the person is cut out, the rest stays.
            warehouse.execute(
                f"UPDATE {table} "
                f"SET {column} = trim(BOTH '|' FROM replace('|' || {column} || '|', '|' || ? || '|', '|')) "
                f"WHERE {column} LIKE ?", (person, f"%{person}%"),
            )  # fmt: skip
        warehouse.execute("DELETE FROM matching.proposal WHERE payload_json LIKE ?", (f"%{person}%",))
    return removed


def _prove(places: Any, people: list[str]) -> None:
    """Search every text of every table, and the warehouse file's raw bytes, for the people just erased."""
    hits: dict[str, int] = {}
    with open_warehouse(places, read_only=True) as warehouse:
        for table, column in _text_columns(warehouse):
            for person in people:
                n = int(warehouse.scalar(f"SELECT count(*) FROM {table} WHERE {column} LIKE ?", (f"%{person}%",)))
                if n:
                    hits[f"{table}.{column}"] = hits.get(f"{table}.{column}", 0) + n
        if warehouse.dialect == "duckdb":
            content = warehouse.path.read_bytes()
            n = sum(person.encode() in content for person in people)
            if n:
                hits["the warehouse's file"] = n
    if hits:
        raise ErasureError(f"after erasure, rows still name the erased: {hits}")


_COLUMNS = """
    SELECT c.table_schema || '.' || c.table_name AS name, c.column_name AS col
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2
"""


def _base_columns(warehouse: Warehouse, where: str) -> list[tuple[str, str]]:
    sql = _COLUMNS.replace("ORDER BY", f"AND {where} ORDER BY")
    return [(row.name, row.col) for row in warehouse.query(sql).itertuples()]


def _tables(warehouse: Warehouse, column: str) -> list[str]:
    return [table for table, _ in _base_columns(warehouse, f"c.column_name = '{column}'")]


def _person_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    return _base_columns(warehouse, "(c.column_name = 'person_id' OR c.column_name LIKE '%\\_person\\_id' ESCAPE '\\')")


def _list_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    return _base_columns(warehouse, "c.column_name IN ('preferred_mentors', 'management_chain')")


def _text_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    return _base_columns(warehouse, "c.data_type IN ('VARCHAR', 'text', 'character varying')")
