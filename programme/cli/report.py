"""`adept report`: what has been published, and where a report lies."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from programme.cli.console import console as open_console
from programme.period import Period, PeriodError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", rich_help_panel="Run a programme")(report)


def report(
    period: Annotated[str | None, typer.Option(help="Quarter such as 2026Q3; all published ones if left out.")] = None,
    edition: Annotated[str | None, typer.Option(help="Edition; all if left out.")] = None,
    published: Annotated[Path, typer.Option(help="Folder of published editions.", envvar="ADEPT_PUBLISH")] = Path(
        "build/demo/published"
    ),
) -> None:
    """List published editions with their files and the hash of each manifest."""
    import hashlib

    console = open_console()
    try:
        quarter = Period.parse(period).label if period else "*"
    except PeriodError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None
    manifests = sorted(published.glob(f"{quarter}/{edition or '*'}/manifest.json"))
    if not manifests:
        _say_nothing(console, published, is_chosen=bool(period or edition))
        raise typer.Exit(1)
    table = Table("Quarter", "Edition", "Code", "Configuration", "Manifest", "Reports")
    for path in manifests:
        content = path.read_bytes()
        manifest = json.loads(content)
        reports = "\n".join(str(page) for page in sorted(path.parent.glob("report.*.html")))
        digest = hashlib.sha256(content).hexdigest()[:16]
        table.add_row(
            path.parent.parent.name, path.parent.name, manifest.get("code_hash", ""), manifest.get("config_hash", ""),
            digest, reports,
        )  # fmt: skip
    console.print(table)


def _say_nothing(console: Console, published: Path, is_chosen: bool) -> None:
    """Why the list is empty, and what to do: another choice, a first run, the demo or the setting."""
    if is_chosen and any(published.glob("*/*/manifest.json")):
        found, remedy = "for that choice", "`adept report` alone lists what there is."
    elif os.environ.get("ADEPT_PUBLISH"):
        found, remedy = "yet", "`adept run --period <quarter>` publishes a quarter, such as 2026Q3."
    else:
        found = "yet"
        remedy = "`adept demo` makes the demo's reports; for your own programme set the ADEPT_* variables first."
    console.print(f"[red]Nothing is published in {escape(str(published))} {found}.[/] {remedy}", highlight=False)
