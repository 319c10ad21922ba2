"""`adept check`: is everything in place for a run? Every error names place, field and remedy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from programme.cli.checks import (
    Check,
    check_databases,
    check_inbox,
    check_permissions,
    check_programme,
    check_settings,
)
from programme.period import Period, PeriodError

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red bold"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", rich_help_panel="Set up a programme")(check)


def check(
    programme: Annotated[
        Path | None, typer.Option(help="Check only this programme.yaml, without an installation's settings.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="Quarter whose delivery is read; the newest if left out.")] = None,
    inbox: Annotated[Path | None, typer.Option(help="Inbox to read; with --programme. Default: ADEPT_INBOX.")] = None,
) -> None:
    """Check settings, programme.yaml, warehouse, vault, file permissions and the files in the inbox.

    Writes nothing. Ends with 1 if anything would stop a run.
    """
    try:
        quarter = Period.parse(period) if period else None
    except PeriodError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None
    checks = _collect(os.environ, programme, quarter, inbox)
    _print(checks)
    if any(c.status == "error" for c in checks):
        raise typer.Exit(1)


def _collect(environ: Mapping[str, str], file: Path | None, period: Period | None, inbox: Path | None) -> list[Check]:
    checks: list[Check] = []
    settings = None
    if file is None:
        settings, found = check_settings(environ)
        checks += found
        configured = environ.get("ADEPT_PROGRAMME_FILE")
        file = Path(configured) if configured else None
    programme = None
    if file is not None:
        programme, found = check_programme(file)
        checks += found
    if settings is not None:
        checks += check_databases(settings)
        checks += check_permissions(settings)
        inbox = inbox or settings.inbox
    if programme is not None and inbox is not None:
        checks += check_inbox(programme, inbox, period)
    return checks


def _print(checks: list[Check]) -> None:
    console = Console()
    table = Table("", "Where", "Finding", show_lines=any(c.status == "error" for c in checks))
    table.columns[1].overflow = table.columns[2].overflow = "fold"
    for item in checks:
        where = "\n".join(t for t in (item.place, item.field) if t)
        finding = escape(item.finding) + (f"\n[dim]{escape(item.remedy)}[/]" if item.remedy else "")
        table.add_row(f"[{_COLOURS[item.status]}]{item.status}[/]", escape(where), finding)
    console.print(table)
    errors = sum(c.status == "error" for c in checks)
    warnings = sum(c.status == "warning" for c in checks)
    verdict = "[red bold]Not ready[/]" if errors else "[green]Ready[/]"
    console.print(
        f"{verdict}: {_number(errors, 'error')}, {_number(warnings, 'warning')}, {_number(len(checks), 'check')}"
    )


def _number(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
