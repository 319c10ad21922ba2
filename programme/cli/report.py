"""`adept report`: what has been published, and where a report lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from programme.cli.console import console as open_console


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
    manifests = sorted(published.glob(f"{period or '*'}/{edition or '*'}/manifest.json"))
    if not manifests:
        console.print(
            f"[red]Nothing is published in {published} for that choice.[/] Run `adept run --period 2026Q3` first."
        )
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
