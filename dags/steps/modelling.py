"""One dbt build at a time, and proof that the marts a task reads are those of its own run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from dags.steps import dbt
from dags.steps.context import open_warehouse, programme_of, settings
from dags.steps.ingest import prepare
from programme.run_context import RunContext

# What each scope builds; both write the same intermediate tables, so only the last build's scope holds.
SCOPES = {
    "quarter": "staging intermediate marts",
    "profiles": "+mart_mentee_profile +mart_mentor_profile",
}
_LOCK = 4712


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep other runs' builds away: on PostgreSQL by an advisory lock, on DuckDB the writer pool's one slot does it."""
    places = settings()
    if places.warehouse.startswith("duckdb:"):
        yield
        return
    with open_warehouse(places) as keeper:
        keeper.query("SELECT pg_advisory_lock(?)", (_LOCK,))
        try:
            yield
        finally:
            keeper.query("SELECT pg_advisory_unlock(?)", (_LOCK,))


def build(context: RunContext, scope: str) -> None:
    """Build a scope's models for this run and note whose they are; call within `alone()`."""
    places = settings()
    with open_warehouse(places) as warehouse:
        prepare(warehouse)
        # Until the build is whole the marts are nobody's.
        warehouse.execute("DELETE FROM audit.model_state")
    dbt.build(places, context, programme_of(context), SCOPES[scope])
    with open_warehouse(places) as warehouse:
        warehouse.execute("INSERT INTO audit.model_state VALUES (?, ?, ?, ?, ?, ?)", _key(context, scope))


def ensure(context: RunContext, scope: str) -> None:
    """Build again if another run's models have taken the place of this run's since; call within `alone()`."""
    with open_warehouse(settings()) as warehouse:
        prepare(warehouse)
        found = warehouse.query("SELECT * FROM audit.model_state")
        expected = _key(context, scope)
        is_ours = len(found) == 1 and bool(
            warehouse.scalar(
                "SELECT count(*) FROM audit.model_state WHERE scope = ? AND programme = ? AND period = ? "
                "AND known_at = ? AND config_hash = ? AND code_hash = ?",
                expected,
            )
        )
    if not is_ours:
        build(context, scope)


def _key(context: RunContext, scope: str) -> tuple[Any, ...]:
    known_at = context.known_at.replace(tzinfo=None)
    return scope, context.programme, context.period.label, known_at, context.config_hash, context.code_hash
