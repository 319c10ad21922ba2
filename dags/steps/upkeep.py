"""Retention and erasure: what is too old goes, who asked to be forgotten goes, and a search proves it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from dags.steps import traces
from dags.steps.context import open_vault, open_warehouse, settings
from dags.steps.ingest import prepare
from programme.loading import programme_as_of
from programme.vault import Vault, normal_number
from programme.warehouse import Warehouse

ACTOR = "privacy_upkeep"
# What went, by table and (for raw rows) batch: with it the books of audit.batch still add up. And who was erased when,
# as hashes that the vault alone can recognise.
_LEDGER = (
    """CREATE TABLE IF NOT EXISTS audit.removal (
        day date, reason text, table_name text, batch_id text, n_rows bigint)""",
    "CREATE TABLE IF NOT EXISTS audit.erasure (programme text, day date, person_hash text)",
)
_MODELLED = ("staging.", "intermediate.", "marts.")


class ErasureError(RuntimeError):
    """A request that cannot be carried out, or a trace that was found; names files, lines, tables and counts only."""


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


# -- retention --------------------------------------------------------------------------------------------------------


def retain(context: dict[str, str]) -> dict[str, int]:
    """Delete what was known before the cutoff from warehouse, vault and working folder; returns counts by place.

    The newest batch of a full extract stays however old it is: it is what still holds. audit.batch stays as history, so
    that the same old files are not loaded again; audit.removal says what went of each batch.
    """
    places, day = settings(), dt.date.fromisoformat(context["day"])
    cutoff = dt.date.fromisoformat(context["cutoff"])
    moment = dt.datetime.fromisoformat(context["cutoff"])
    with open_warehouse(places) as warehouse:
        _prepare(warehouse)
        with warehouse.transaction():
            removed = _remove_old(warehouse, moment, day)
            if removed:
                removed |= _empty_models(warehouse)
        proposals = set(warehouse.query("SELECT proposal_hash FROM matching.proposal")["proposal_hash"])
        if removed:
            warehouse.rewrite()
    vault = open_vault(places, context["programme"]).retain(cutoff)
    n_files = traces.remove_files(places.work, known_proposals=proposals, before=cutoff)
    return removed | {f"vault.{k}": n for k, n in vault.items() if n} | ({"work": n_files} if n_files else {})


def _remove_old(warehouse: Warehouse, moment: dt.datetime, day: dt.date) -> dict[str, int]:
    removed = {}
    personal = {table for table, _ in traces.owner_columns(warehouse)} | {"matching.proposal"}
    for table in traces.tables_with(warehouse, "known_at"):
        where, values = "known_at < ?", [moment]
        if table.startswith("raw_"):
            source, dataset = table.removeprefix("raw_").split(".", 1)
            where += (
                " AND NOT (delivery = 'full' AND known_at = (SELECT max(b.known_at) FROM audit.batch b "
                "WHERE b.source = ? AND b.dataset = ? AND b.delivery = 'full'))"
            )
            values += [source, dataset]
        elif not table.startswith("quarantine.") and not (table.startswith("matching.") and table in personal):
            continue
        n = _delete(warehouse, table, where, values, day, "retention")
        if n:
            removed[table] = n
    return removed


def _empty_models(warehouse: Warehouse) -> dict[str, int]:
    """Models hold copies of what went: empty those about people; the next run builds them again."""
    removed = {}
    personal = {table for table, _ in traces.owner_columns(warehouse)}
    for table in sorted(personal | set(traces.tables_with(warehouse, "survey_id", "response_id"))):
        if table.startswith(_MODELLED):
            removed[table] = int(warehouse.scalar(f"SELECT count(*) FROM {table}"))
            warehouse.execute(f"DELETE FROM {table}")
    if warehouse.has_table("audit", "model_state"):
        warehouse.execute("DELETE FROM audit.model_state")
    return {table: n for table, n in removed.items() if n}


def _delete(warehouse: Warehouse, table: str, where: str, values: list[Any], day: dt.date, reason: str) -> int:
    """Delete rows and enter them in audit.removal, by batch where the table has batches; returns how many."""
    batch = "batch_id" if table.startswith(("raw_", "quarantine.")) else "NULL"
    counts = warehouse.query(
        f"SELECT CAST({batch} AS text) AS batch_id, count(*) AS n_rows FROM {table} WHERE {where} GROUP BY 1", values
    )
    counts = counts[counts["n_rows"] > 0]
    if counts.empty:
        return 0
    warehouse.execute(f"DELETE FROM {table} WHERE {where}", values)
    warehouse.insert("audit.removal", counts.assign(day=day, reason=reason, table_name=table))
    return int(counts["n_rows"].sum())


def _note_change(warehouse: Warehouse, table: str, where: str, values: list[Any], day: dt.date) -> None:
    """Enter raw rows that stay but lose a mention: no row went, yet the batch is not what its hash says."""
    if table.startswith("raw_"):
        batches = warehouse.query(f"SELECT DISTINCT batch_id FROM {table} WHERE {where}", values)
        entry = batches.assign(day=day, reason="erasure", table_name=table, n_rows=0)
        warehouse.insert("audit.removal", entry)


# -- erasure ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Requests:
    """What the requests' files say: pseudonym to number, the files without a fault, and the faults."""

    people: dict[str, str] = field(default_factory=dict)
    done: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def requests_folder(work: Path) -> Path:
    """Where requests for erasure lie: text files with an employee number a line, for the vault keeper alone."""
    return work / "erasure"


def erase(context: dict[str, str]) -> dict[str, Any]:
    """Erase everybody who has asked for it from warehouse, working folder and vault; returns counts.

    Whoever can be erased is. ErasureError where a line is unreadable or names nobody: its file stays, the message has
    file and line. A certificate is written to audit.erasure.
    """
    places, day = settings(), dt.date.fromisoformat(context["day"])
    vault = open_vault(places, context["programme"])
    asked = _read_requests(requests_folder(places.work), vault)
    people = sorted(asked.people)
    removed: dict[str, int] = {}
    if people:
        known = vault.identify(people, purpose="erasure", actor=ACTOR)
        # First nobody gets in any more, last the vault forgets: a run that is killed between can be run again.
        vault.bar(people)
        with open_warehouse(places) as warehouse:
            _prepare(warehouse)
            with warehouse.transaction():
                removed = _erase_rows(warehouse, people, day)
            warehouse.rewrite()
        removed["work"] = traces.remove_files(places.work)
        _prove(places, traces.marks_of(known, people, asked.people.values()))
        removed |= {f"vault.{k}": n for k, n in vault.erase(people, purpose="erasure", actor=ACTOR).items()}
        _certify(places, context["programme"], day, vault.marks(people))
    for file in asked.done:
        file.unlink()
    if asked.faults:
        raise ErasureError(
            f"{len(people)} people were erased; the files of these requests stay:\n" + "\n".join(asked.faults)
        )
    return {"n_people": len(people), "removed": {place: n for place, n in removed.items() if n}}


def _read_requests(folder: Path, vault: Vault) -> _Requests:
    """Read every file of the folder; a line names somebody if the vault knows the number or has erased it."""
    asked = _Requests()
    roster: set[str] | None = None
    for file in sorted(p for p in folder.glob("*") if p.is_file()):
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines() if file.suffix == ".txt" else None
        except UnicodeDecodeError:
            lines = None
        if lines is None:
            asked.faults.append(f"{file.name}: expected a text file in UTF-8 whose name ends in .txt")
            continue
        n_before = len(asked.faults)
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            person = vault.pseudonym(line)
            if person is None:
                asked.faults.append(f"{file.name}, line {number}: not readable as an employee number; one a line")
                continue
            if roster is None:
                roster = set(vault.roster()["person_id"])
            if person in roster or vault.erased([person]):
                asked.people[person] = normal_number(line) or ""
            else:
                asked.faults.append(f"{file.name}, line {number}: the vault knows nobody of this number; correct it")
        if len(asked.faults) == n_before:
            asked.done.append(file)
    return asked


def _erase_rows(warehouse: Warehouse, people: list[str], day: dt.date) -> dict[str, int]:
    removed: dict[str, int] = {}

    def delete(table: str, where: str, values: list[Any]) -> None:
        n = _delete(warehouse, table, where, values, day, "erasure")
        if n:
            removed[table] = removed.get(table, 0) + n

    marks = ", ".join("?" for _ in people)
    # Answers and comments hang on the response, which names the person.
    if warehouse.has_table("raw_survey", "response"):
        responses = warehouse.query(
            f"SELECT DISTINCT survey_id, response_id FROM raw_survey.response WHERE person_id IN ({marks})", people
        )
        for table in traces.tables_with(warehouse, "survey_id", "response_id"):
            for row in responses.itertuples():
                delete(table, "survey_id = ? AND response_id = ?", [row.survey_id, row.response_id])
    for table, column in traces.owner_columns(warehouse):
        delete(table, f"{column} IN ({marks})", people)
    for table, column in traces.mention_columns(warehouse):
        _note_change(warehouse, table, f"{column} IN ({marks})", people, day)
        warehouse.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} IN ({marks})", people)
    for person in people:
        for table, column in traces.list_columns(warehouse):
            # Lists are `a|b|c`; the person is cut out, the rest stays.
            _note_change(warehouse, table, f"strpos({column}, ?) > 0", [person], day)
            warehouse.execute(
                f"UPDATE {table} SET {column} = "
                f"NULLIF(trim(BOTH '|' FROM replace('|' || {column} || '|', '|' || ? || '|', '|')), '') "
                f"WHERE strpos({column}, ?) > 0", (person, person),
            )  # fmt: skip
        delete("matching.proposal", "strpos(payload_json, ?) > 0", [person])
    return removed


def _prove(places: Any, marks: list[str]) -> None:
    """Search every text of every table, and every file below ADEPT_WORK and ADEPT_PUBLISH, for people just erased.

    Tables are read as tables. A DuckDB file's raw bytes prove nothing, since its texts are compressed: that deleted
    rows are gone from it rests on the rewrite, which copies what the tables still hold into a new file.
    """
    with open_warehouse(places, read_only=True) as warehouse:
        hits = traces.in_warehouse(warehouse, marks)
    hits |= traces.in_files((places.work, places.publish), marks, leave=requests_folder(places.work))
    if hits:
        raise ErasureError(f"after erasure there are still traces: {hits}; remove them and run privacy_upkeep again")


def prove(context: dict[str, str], erased: dict[str, Any]) -> dict[str, int]:
    """Search tables and files for anybody whom the vault has ever erased; ErasureError if one is found."""
    places = settings()
    vault = open_vault(places, context["programme"])
    with open_warehouse(places, read_only=True) as warehouse:
        found = traces.pseudonyms_in_warehouse(warehouse)
    found |= traces.pseudonyms_in_files((places.work, places.publish), leave=requests_folder(places.work))
    found |= set(vault.roster()["person_id"])
    n_left = len(vault.erased(found))
    if n_left:
        raise ErasureError(f"{n_left} erased people are still in warehouse, vault or files; run privacy_upkeep again")
    return {"n_searched": len(found), "n_found": n_left, "n_erased": erased["n_people"]}


def _certify(places: Any, programme: str, day: dt.date, hashes: list[str]) -> None:
    with open_warehouse(places) as warehouse, warehouse.transaction():
        known = set(warehouse.query("SELECT person_hash FROM audit.erasure WHERE programme = ?", (programme,))[
            "person_hash"
        ])  # fmt: skip
        new = [h for h in hashes if h not in known]
        warehouse.insert("audit.erasure", pd.DataFrame({"programme": programme, "day": day, "person_hash": new}))


def _prepare(warehouse: Warehouse) -> None:
    prepare(warehouse)
    for statement in _LEDGER:
        warehouse.execute(statement)
