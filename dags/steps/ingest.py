"""Ingest: extract, gate, load. Frames pass between tasks as files in the private working folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from dags.steps.context import open_vault, open_warehouse, programme_of, settings
from programme.run_context import RunContext
from programme.warehouse import Warehouse

PEOPLE = "hris"
_GATED, _VALIDATION, _NOTICES = "gated", "validation.parquet", "notices.parquet"


class IngestError(RuntimeError):
    """A step that cannot go on; the message names the task to clear, and quotes no row."""


def _folder(context: RunContext) -> Path:
    return settings().work / "ingest" / f"{context.period}-{context.edition}"


def extract_people(context: RunContext) -> list[str]:
    """Pull the HRIS, which fills the vault's roster; returns the names of the other configured sources."""
    names = [source.name for source in programme_of(context).sources]
    shutil.rmtree(_folder(context), ignore_errors=True)
    if PEOPLE in names:
        extract(context, PEOPLE)
    return [name for name in names if name != PEOPLE]


def extract(context: RunContext, source_name: str) -> dict[str, Any]:
    """Pull one source; identifiers go to the vault, pseudonymised frames to the working folder. Returns counts."""
    import sources

    places, programme = settings(), programme_of(context)
    source = next(s for s in programme.sources if s.name == source_name)
    folder = _folder(context) / source_name
    shutil.rmtree(folder, ignore_errors=True)
    with open_vault(places, programme.name) as vault:
        extracts = sources.extract(source, context.period, places.inbox, vault)
    with _whole(folder) as part:
        for item in extracts:
            item.write(part / item.dataset.name)
    return {item.dataset.table: item.n_received for item in extracts}


def gate(context: RunContext) -> dict[str, Any]:
    """Check every dataset that was extracted, all in one process. Returns counts, and critical faults as `fault`.

    Sources without a fault are handed on to `load`; `release` then fails with the fault. If the fault is the HRIS's,
    nothing is handed on: the rows of the others are judged by the people it names.
    """
    import expectations
    import sources

    places = settings()
    folder = _folder(context)
    lacking = PEOPLE in {s.name for s in programme_of(context).sources} and not (folder / PEOPLE).is_dir()
    if lacking or not folder.is_dir():
        raise IngestError(_nothing(context, "no extracted files"))
    extracts = [
        sources.Extract.read(path)
        for source in sorted(p for p in folder.iterdir() if p.is_dir() and p.name != _GATED and p.name[0] != ".")
        for path in sorted(source.iterdir())
    ]
    with open_vault(places, context.programme) as vault:
        known = set(vault.roster()["person_id"])
    counts, units = _history(context, any(e.dataset.table == "raw_hris.organisation" for e in extracts))
    faults: tuple[Any, ...] = ()
    try:
        # The lists that profiles choose from are the contracts': programme.yaml has none of its own.
        checked = passed = expectations.gate(extracts, known_people=known, known_units=units, previous_counts=counts)
    except expectations.GateError as error:
        faults, checked = error.faults, error.checked
        passed = [] if any(f.dataset.startswith(f"{PEOPLE}.") for f in faults) else error.passed
    with _whole(folder / _GATED) as part:
        for item in passed:
            item.write(part / item.extract.dataset.table)
        expectations.validation_results(checked).to_parquet(part / _VALIDATION, index=False)
        expectations.all_notices(checked, faults).to_parquet(part / _NOTICES, index=False)
    return {
        **{
            g.extract.dataset.table: {
                "received": g.n_received, "accepted": len(g.accepted), "rejected": len(g.rejected),
                "repeats": g.n_repeats,
            }
            for g in checked
        },
        "fault": "; ".join(map(str, faults)) or None,
    }  # fmt: skip


def load(context: RunContext) -> dict[str, int]:
    """Append the accepted rows to raw_*, the rejected ones to the quarantine, what the gate found to the audit.

    The same batch again is a no-op. The working files stay until `release`, so that this step may be repeated.
    """
    import expectations
    import sources

    places = settings()
    folder = _folder(context) / _GATED
    if not folder.is_dir():
        raise IngestError(_nothing(context, "no checked files"))
    gated = [expectations.Gated.read(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    with open_vault(places, context.programme) as vault, open_warehouse(places) as warehouse:
        prepare(warehouse)
        audit = sources.load(gated, context.period, context.known_at, warehouse, vault, work=places.work)
        _record(context, warehouse, pd.read_parquet(folder / _VALIDATION), pd.read_parquet(folder / _NOTICES))
    totals = audit[["n_received", "n_loaded", "n_quarantined", "n_repeats"]].sum()
    return {name: int(value) for name, value in totals.items()}


def stand(checked: dict[str, Any]) -> None:
    """IngestError with the gate's message if `checked`, its result, names a critical fault."""
    if checked.get("fault"):
        raise IngestError(
            f"{checked['fault']}. Sources without a fault are loaded, unless the fault is the HRIS's. Mend the files, "
            "then clear extract_people with its downstream tasks"
        )


def tidy(context: RunContext) -> None:
    """Remove the run's working files, once nothing needs them; what cannot be removed goes at the next run."""
    shutil.rmtree(_folder(context), ignore_errors=True)


def _nothing(context: RunContext, what: str) -> str:
    return (
        f"{context.period}, {context.edition}: there are {what}. Either extract_people failed, or the run was finished "
        "and its working files are gone; clear extract_people with its downstream tasks"
    )


@contextlib.contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A private folder to write in, which takes its name only when all is written: a kill leaves no half of it."""
    part = folder.with_name(f".{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    yield part
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _history(context: RunContext, has_units: bool) -> tuple[dict[str, int], set[str] | None]:
    """What was last loaded before the run, to compare with; units only where the run brings none of its own."""
    import expectations

    places = settings()
    warehouse = Warehouse(places.warehouse, read_only=True)
    if warehouse.dialect == "duckdb" and not warehouse.path.exists():
        return {}, None
    with warehouse:
        units = None if has_units else expectations.known_units(warehouse, context.known_at)
        return expectations.previous_counts(warehouse, context.known_at), units


def _record(context: RunContext, warehouse: Warehouse, validation: pd.DataFrame, notices: pd.DataFrame) -> None:
    """Put the run's results in the place of those of an earlier run of the same period and edition."""
    run = {"run_id": context.run_id, "period": context.period.label, "edition": context.edition}
    if len(validation):
        validation = validation.assign(dataset=validation["source"] + "." + validation["dataset"])
        validation = validation.rename(columns={"column": "column_name"})[
            ["dataset", "expectation", "column_name", "n_checked", "n_unexpected", "is_success"]
        ]
    with warehouse.transaction():
        for table, frame in (("audit.validation", validation), ("audit.warning", notices)):
            warehouse.execute(
                f"DELETE FROM {table} WHERE period = ? AND edition = ?", (context.period.label, context.edition)
            )
            if len(frame):
                warehouse.insert(table, frame.assign(**run))


def prepare(warehouse: Any) -> None:
    """Create the schemas and tables that Python writes; harmless where they exist."""
    from dags.steps.dbt import PROJECT

    for statement in (PROJECT / "landing.sql").read_text(encoding="utf-8").split(";"):
        if statement.strip():
            warehouse.execute(statement)
