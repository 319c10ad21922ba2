"""Where a person may still be found: the warehouse's columns by kind, and the files that the pipeline keeps."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from programme.warehouse import Warehouse

_PSEUDONYM = re.compile(r"p[0-9a-f]{20}")
_COLUMNS = """
    SELECT c.table_schema || '.' || c.table_name AS name, c.column_name AS col
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
"""
_PERSON = "(c.column_name = 'person_id' OR c.column_name LIKE '%\\_person\\_id' ESCAPE '\\')"
# Somebody else's row names the person in these: the name goes, the row stays.
_MENTIONS = "c.column_name = 'manager_person_id'"


def tables_with(warehouse: Warehouse, *names: str) -> list[str]:
    """Base tables, with their schema, that have all the named columns."""
    found = [{t for t, _ in _columns(warehouse, f"c.column_name = '{name}'")} for name in names]
    return sorted(set.intersection(*found))


def owner_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Table and column where a row is about the person whom the column names."""
    return _columns(warehouse, f"{_PERSON} AND NOT {_MENTIONS}")


def mention_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Table and column where another person's row names somebody."""
    return _columns(warehouse, _MENTIONS)


def list_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Table and column where another person's row names several, as `a|b|c`."""
    return _columns(warehouse, "c.column_name IN ('preferred_mentors', 'management_chain')")


def text_columns(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Every column of text of every table."""
    return _columns(warehouse, "c.data_type IN ('VARCHAR', 'text', 'character varying')")


def _columns(warehouse: Warehouse, where: str) -> list[tuple[str, str]]:
    return [(row.name, row.col) for row in warehouse.query(f"{_COLUMNS} AND {where} ORDER BY 1, 2").itertuples()]


def marks_of(people: pd.DataFrame, person_ids: Iterable[str], numbers: Iterable[str]) -> list[str]:
    """What to search for, casefolded: pseudonyms, employee numbers, e-mails, first and last name side by side.

    `people`: the vault's roster rows. A number of digits alone cannot be told from other figures and is left out.
    """
    names = [
        f"{a} {b}" for first, last in zip(people["first_name"], people["last_name"], strict=True) if first and last
        for a, b in ((first, last), (last, first))
    ]  # fmt: skip
    told = [n for n in (*numbers, *people["employee_number"].dropna()) if len(n) >= 4 and not n.isdigit()]
    return sorted({m.casefold() for m in (*person_ids, *people["email"].dropna(), *names, *told) if m})


def in_warehouse(warehouse: Warehouse, marks: list[str]) -> dict[str, int]:
    """Rows in which a text holds one of the marks, by table and column."""
    hits = {}
    for start in range(0, len(marks), 200):
        some = marks[start : start + 200]
        for table, column in text_columns(warehouse):
            condition = " OR ".join(f"strpos(lower({column}), ?) > 0" for _ in some)
            n = int(warehouse.scalar(f"SELECT count(*) FROM {table} WHERE {condition}", some))
            if n:
                hits[f"{table}.{column}"] = hits.get(f"{table}.{column}", 0) + n
    return hits


def pseudonyms_in_warehouse(warehouse: Warehouse) -> set[str]:
    """Every pseudonym in any text of any table."""
    found: set[str] = set()
    matches = "regexp_matches({}, ?)" if warehouse.dialect == "duckdb" else "{} ~ ?"
    for table, column in text_columns(warehouse):
        sql = f"SELECT DISTINCT {column} AS t FROM {table} WHERE {matches.format(column)}"
        for text in warehouse.query(sql, (_PSEUDONYM.pattern,))["t"]:
            found |= set(_PSEUDONYM.findall(text))
    return found


def in_files(folders: Iterable[Path], marks: list[str], *, leave: Path) -> dict[str, int]:
    """Files in which one of the marks is found, by folder, since a file's name may tell of people; skips `leave`."""
    hits: dict[str, int] = {}
    for top in folders:
        for path in sorted(p for p in top.rglob("*") if p.is_file() and leave not in p.parents):
            text = "\n".join((path.name, *texts_of(path))).casefold()
            if any(mark in text for mark in marks):
                place = path.relative_to(top).parent.as_posix()
                hits[f"{top.name}/{place}"] = hits.get(f"{top.name}/{place}", 0) + 1
    return hits


def pseudonyms_in_files(folders: Iterable[Path], *, leave: Path) -> set[str]:
    """Every pseudonym in any file below the folders."""
    paths = (p for top in folders for p in top.rglob("*") if p.is_file() and leave not in p.parents)
    return {found for path in paths for text in texts_of(path) for found in _PSEUDONYM.findall(text)}


def texts_of(path: Path) -> Iterator[str]:
    """What a file says: cells of workbooks and Parquet files, else its bytes read as text."""
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        try:
            book = load_workbook(path, read_only=True)
        except Exception:  # whatever it is, its bytes are searched
            yield path.read_bytes().decode("utf-8", "replace")
            return
        for sheet in book.worksheets:
            for row in sheet.iter_rows(values_only=True):
                # Names may stand in neighbouring cells.
                yield " ".join(str(cell) for cell in row if cell is not None)
        book.close()
    elif path.suffix == ".parquet":
        for row in pd.read_parquet(path).astype(object).itertuples(index=False):
            yield " ".join(str(cell) for cell in row)
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def remove_files(work: Path, *, known_proposals: set[str] | None = None, before: dt.date | None = None) -> int:
    """Delete what runs have left below ADEPT_WORK about people; returns how many files and folders went.

    Without limits all of it: workbooks (review, returned, networking groups), folders of failed ingests and loads. With
    `before`: what was last changed before that day, and review workbooks of proposals other than the known ones.
    """
    n = 0
    workbooks = sorted([*(work / "review").rglob("*"), *(work / "groups").rglob("*")])
    leftovers = sorted([*(work / "ingest").glob("*"), *work.glob("dlt-*")])
    for path in [p for p in workbooks if p.is_file()] + leftovers:
        is_old = before is None or dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date() < before
        is_orphan = (
            known_proposals is not None and path.parent == work / "review"
            and not any(proposal in path.name for proposal in known_proposals)
        )  # fmt: skip
        if is_old or is_orphan:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            n += 1
    return n
