"""`adept run`: one quarter through Airflow, ingest to published edition."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from programme.cli.airflow_api import AirflowApi, ApiError
from programme.cli.airflow_service import AirflowService, ServiceError
from programme.cli.console import console as open_console
from programme.cli.demo import DAGS, SAMPLE_PROGRAMME
from programme.cli.installation import ADMIN, Installation
from programme.cli.watching import RunFailedError, Watcher
from programme.period import Period, PeriodError
from programme.settings import Settings, SettingsError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", rich_help_panel="Run a programme")(run)


def run(
    period: Annotated[str, typer.Option(help="Quarter to run, such as 2026Q3.")],
    edition: Annotated[str, typer.Option(help="preliminary, final or corrected-<number>.")] = "preliminary",
    known_at: Annotated[
        str | None, typer.Option(help="Moment (UTC) whose knowledge counts; needed for corrected-*.")
    ] = None,
    ingest: Annotated[bool, typer.Option(help="Pull the data first; --no-ingest evaluates what is loaded.")] = True,
    folder: Annotated[Path, typer.Option(help="The installation's folder.")] = Path("build/demo"),
    programme_file: Annotated[Path, typer.Option(help="programme.yaml of the programme.")] = SAMPLE_PROGRAMME,
) -> None:
    """Run one quarter through Airflow: ingest, then the evaluation, whose edition is published.

    Runs the programme that ADEPT_* variables describe; where none is set, the demo's, if there has been a demo.
    """
    from programme.loading import ProgrammeFileError, load_programme

    console = open_console()
    try:
        quarter = Period.parse(period)
    except PeriodError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None
    try:
        installation = _own() or Installation(folder.resolve(), programme_file.resolve())
        programme = load_programme(installation.programme_file)
    except (SettingsError, ProgrammeFileError) as error:
        _say_failed(console, f"{error}\n`adept check` tells more.")
        raise typer.Exit(1) from None
    if not installation.is_own and not installation.folder.is_dir():
        _say_failed(
            console,
            f"No ADEPT_* variable is set, and there is no installation in {folder}.\n"
            "Set the variables of your own (docs/operations.md), run `adept demo` first, or name a folder by --folder.",
        )
        raise typer.Exit(1)
    which = (
        "ADEPT_* variables" if installation.is_own else "no ADEPT_* variable is set: this is no installation of yours"
    )
    console.print(
        f"Programme {programme.name}, {installation.programme_file}\n"
        f"Installation {installation.folder} ({which})",
        highlight=False, markup=False,
    )  # fmt: skip
    installation = replace(installation, approvers=programme.matching.approvers)
    conf = {"edition": edition, **({"known_at": known_at} if known_at else {})}
    try:
        with AirflowService(installation) as service:
            api = AirflowApi(service.base_url, ADMIN, installation.password(ADMIN))
            api.wait_for_dags(DAGS)
            watcher = Watcher(api, service, console)
            before = {item["dag_run_id"] for item in api.runs("quarterly_evaluation")}
            if ingest:
                run_id = api.trigger("ingest", quarter.partition_key, conf)
                watcher.follow("ingest", run_id, quarter.label)
                watcher.wait_for("ingest", run_id)
                evaluation = watcher.wait(
                    lambda: _new_run(api, quarter.partition_key, before), "the start of the evaluation", seconds=120
                )
            else:
                evaluation = api.trigger("quarterly_evaluation", quarter.partition_key, conf)
            watcher.follow("quarterly_evaluation", evaluation, quarter.label)
            watcher.wait_for_all()
    except (SettingsError, RunFailedError, ServiceError, ApiError, TimeoutError) as error:
        _say_failed(console, str(error))
        raise typer.Exit(1) from None
    console.print(f"Published in {installation.published / quarter.label / edition}")


def _say_failed(console: Console, text: str) -> None:
    console.print(f"[red bold]The run failed.[/] {escape(text)}", highlight=False)


def _own() -> Installation | None:
    """The installation that ADEPT_* variables describe, if any is set; Airflow's own files lie in ADEPT_WORK.

    SettingsError names those that are missing beside the ones that are set.
    """
    if not any(value for name, value in os.environ.items() if name.startswith("ADEPT_")):
        return None
    settings = Settings.from_environment()
    return Installation(settings.work.resolve() / "local", settings.programme_file.resolve(), is_own=True)


def _new_run(api: AirflowApi, key: str, before: set[str]) -> str | None:
    runs = (run for run in api.runs("quarterly_evaluation") if run["partition_key"] == key)
    return next((run["dag_run_id"] for run in runs if run["dag_run_id"] not in before), None)
