"""Ingest: extract, gate, load. Frames pass between tasks as files in the private working folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from dags.steps.context import open_vault, open_warehouse, programme_of, settings
from programme.run_context import RunContext


def _folder(context: RunContext) -> Path:
    return settings().work / "ingest" / f"{context.period}-{context.edition}"


PEOPLE = "hris"


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
    for item in extracts:
        item.write(folder / item.dataset.name)
    return {item.dataset.table: item.n_received for item in extracts}


def gate(context: RunContext) -> dict[str, Any]:
    """Check every dataset that was extracted, all in one process. Returns counts and failed expectations."""
    import expectations
    import sources

    places = settings()
    folder = _folder(context)
    extracts = [
        sources.Extract.read(path)
        for source in sorted(p for p in folder.iterdir() if p.is_dir() and p.name != "gated")
        for path in sorted(source.iterdir())
    ]
    with open_vault(places, context.programme) as vault:
        known = set(vault.roster()["person_id"])
    gated = expectations.gate(extracts, known_people=known)
    shutil.rmtree(folder / "gated", ignore_errors=True)
    for item in gated:
        item.write(folder / "gated" / item.extract.dataset.table)
    return {
        g.extract.dataset.table: {
            "received": g.n_received, "accepted": len(g.accepted), "rejected": len(g.rejected), "repeats": g.n_repeats,
        }
        for g in gated
    }  # fmt: skip


def load(context: RunContext) -> dict[str, int]:
    """Append the accepted rows to raw_*, the rejected ones to the quarantine; the same batch again is a no-op."""
    import expectations
    import sources

    places = settings()
    folder = _folder(context)
    gated = [expectations.Gated.read(path) for path in sorted((folder / "gated").iterdir())]
    with open_vault(places, context.programme) as vault, open_warehouse(places) as warehouse:
        prepare(warehouse)
        audit = sources.load(gated, context.period, context.known_at, warehouse, vault, work=places.work)
    shutil.rmtree(folder, ignore_errors=True)
    totals = audit[["n_received", "n_loaded", "n_quarantined", "n_repeats"]].sum()
    return {name: int(value) for name, value in totals.items()}


def prepare(warehouse: Any) -> None:
    """Create the schemas and tables that Python writes; harmless where they exist."""
    from dags.steps.dbt import PROJECT

    for statement in (PROJECT / "landing.sql").read_text(encoding="utf-8").split(";"):
        if statement.strip():
            warehouse.execute(statement)
