"""From an Airflow run to a RunContext, and from failures to the retries they deserve."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from dags.steps.telling import is_of_database, told
from programme.config import Programme
from programme.loading import config_hash, programme_as_of
from programme.period import Period
from programme.run_context import RunContext, RunContextError, code_hash, default_known_at, parse_utc
from programme.settings import Settings
from programme.vault import Vault
from programme.warehouse import Warehouse, WarehouseError, is_broken

_TRANSIENT_HTTP = {408, 429, *range(500, 600)}
_TRANSIENT_ERRNO = {errno.EAGAIN, errno.ECONNREFUSED, errno.ECONNRESET, errno.ETIMEDOUT, errno.EPIPE}


# Nothing is reported to any maker; the libraries read these when they are first used.
_QUIET = {"GX_ANALYTICS_ENABLED": "false", "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}


def settings() -> Settings:
    """This installation's settings; without them no task can do anything."""
    os.environ.update(_QUIET)
    return Settings.from_environment()


def open_vault(places: Settings, programme: str) -> Vault:
    """The vault of one programme."""
    return Vault(places.vault, places.vault_key, programme)


def open_warehouse(places: Settings, *, read_only: bool = False) -> Warehouse:
    """The warehouse; read-only where nothing is written."""
    return Warehouse(places.warehouse, read_only=read_only)


def resolve(
    partition_key: str | None,
    params: Mapping[str, Any],
    run_id: str,
    *,
    inherited: Mapping[str, Any] | None = None,
    cohort: str | None = None,
) -> RunContext:
    """The one place where a run's dates come from: params, then the event that triggered it, then the partition key.

    A key in the first month of a quarter stands for the preliminary edition, in the second for the final one.
    """
    places = settings()
    inherited = inherited or {}
    if params.get("period"):
        period = Period.parse(params["period"])
        edition = params.get("edition") or inherited.get("edition") or "preliminary"
    elif partition_key:
        day = dt.date.fromisoformat(partition_key)
        period = Period.containing(day)
        by_key = {0: "preliminary", 1: "final"}.get(day.month - period.start.month)
        edition = params.get("edition") or inherited.get("edition") or by_key
        if edition is None:
            raise RunContextError(f"partition key {partition_key}: expected the first or second month of a quarter")
    else:
        raise RunContextError("the run has neither a partition key nor params.period; trigger it with one of them")
    known_at = params.get("known_at") or inherited.get("known_at")
    moment = parse_utc(known_at) if known_at else default_known_at(period, edition)
    programme = programme_as_of(places.programme_file, period.end)
    return RunContext(
        programme=programme.name,
        period=period,
        known_at=moment,
        edition=edition,
        run_id=run_id,
        code_hash=code_hash(),
        config_hash=config_hash(programme),
        cohort=cohort,
    )


def resolve_cohort(
    partition_key: str | None, params: Mapping[str, Any], run_id: str, *, inherited: Mapping[str, Any]
) -> RunContext:
    """A matching run: its partition key is the cohort's name, its quarter the cohort's match period."""
    if not partition_key:
        raise RunContextError("the run has no partition key; trigger it with the cohort's name as partition key")
    places = settings()
    cohort = programme_as_of(places.programme_file, dt.date.max).cohort(partition_key)
    return resolve(None, {**params, "period": cohort.match_period}, run_id, inherited=inherited, cohort=cohort.name)


def event_extra(run: Mapping[str, Any]) -> dict[str, Any]:
    """What the newest of the triggering asset events says: edition and known_at."""
    events = [event for group in (run.get("triggering_asset_events") or {}).values() for event in group]
    if not events:
        return {}
    return dict(max(events, key=lambda event: str(event.timestamp)).extra or {})


def programme_of(context: RunContext) -> Programme:
    """The programme as it held in the run's period; refuses one that changed since the run began."""
    programme = programme_as_of(settings().programme_file, context.period.end)
    if config_hash(programme) != context.config_hash:
        raise RunContextError(
            f"programme.yaml changed since this run began (hash {context.config_hash}, now {config_hash(programme)}); "
            "start a new run"
        )
    return programme


class TransientError(RuntimeError):
    """A database that was locked or not there; another try may succeed. Quotes no value."""


@contextlib.contextmanager
def permanent_failures() -> Iterator[None]:
    """Let only what can heal be retried: a locked or unreachable database, a busy server, a broken connection.

    Anything else (a wrong file, a wrong configuration, a defect) fails the task at once. What a database said is told
    without the values it quotes, and without its traceback.
    """
    try:
        yield
    except AirflowFailException:
        raise
    except Exception as error:
        if is_of_database(error):
            raise (TransientError if is_transient(error) else AirflowFailException)(told(error)) from None
        if is_transient(error):
            raise
        raise AirflowFailException(told(error)) from error


def is_transient(error: BaseException) -> bool:
    """Whether another try may succeed without anybody changing anything."""
    seen: BaseException | None = error
    while seen is not None:
        status = getattr(seen, "status_code", None) or getattr(getattr(seen, "response", None), "status_code", None)
        if isinstance(status, int):
            return status in _TRANSIENT_HTTP
        if isinstance(seen, (TimeoutError, ConnectionError)):
            return True
        if isinstance(seen, OSError) and seen.errno in _TRANSIENT_ERRNO:
            return True
        if isinstance(seen, WarehouseError):
            return seen.is_transient
        if is_broken(seen):
            return True
        seen = seen.__cause__
    return False
