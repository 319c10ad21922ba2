"""`adept serve`: Airflow's scheduler, API server and UI on loopback with these DAGs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from programme.cli.airflow_service import AirflowService, ServiceError
from programme.cli.console import console as open_console
from programme.cli.demo import SAMPLE_PROGRAMME
from programme.cli.installation import ADMIN, Installation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", rich_help_panel="Try it")(serve)


def serve(
    folder: Annotated[Path, typer.Option(help="The installation's folder; the demo's by default.")] = Path(
        "build/demo"
    ),
    programme_file: Annotated[Path, typer.Option(help="programme.yaml of the programme.")] = SAMPLE_PROGRAMME,
) -> None:
    """Start Airflow with these DAGs on this machine; print address and login; Ctrl-C stops it."""
    from programme.loading import load_programme

    console = open_console()
    programme = load_programme(programme_file)
    installation = Installation(folder.resolve(), programme_file.resolve(), programme.matching.approvers)
    try:
        with AirflowService(installation) as service:
            console.print(f"Airflow answers at [bold]{service.base_url}[/]")
            for user in (ADMIN, *installation.approvers):
                role = "administrator" if user == ADMIN else "approves matchings"
                console.print(f"  user [bold]{user}[/], password [bold]{installation.password(user)}[/] ({role})")
            console.print("Ctrl-C stops it.")
            while True:
                service.check_alive()
                time.sleep(1)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except ServiceError as error:
        console.print(f"[red bold]{error}[/]")
        raise typer.Exit(1) from None
