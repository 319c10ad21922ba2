"""`adept demo`: the sample organisation, run through Airflow from its first files to eight published evaluations."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from programme.cli.airflow_api import AirflowApi, ApiError
from programme.cli.airflow_service import AirflowService, ServiceError
from programme.cli.console import console as open_console
from programme.cli.demo_feed import Feed
from programme.cli.installation import ADMIN, ROOT, Installation
from programme.cli.memory import PeakMemory
from programme.cli.watching import RunFailedError, Watcher
from programme.config import Programme
from programme.period import Period

DAGS = {"ingest", "cohort_matching", "quarterly_evaluation", "privacy_upkeep"}
EDITION = "final"
SAMPLE_PROGRAMME = ROOT / "sources" / "sample" / "programme.yaml"
_SECONDS_TO_PARK = 2.0
LAST_PERIOD = Period(2026, 3)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", rich_help_panel="Try it")(demo)


def demo(
    folder: Annotated[Path, typer.Option(help="Where everything of the demo lies.")] = Path("build/demo"),
    employees: Annotated[int, typer.Option(help="Employees of the sample organisation.", min=300)] = 5000,
    until: Annotated[str, typer.Option(help="Last quarter to evaluate, such as 2024Q4.")] = LAST_PERIOD.label,
    seed: Annotated[int, typer.Option(help="Seed of the sample organisation.")] = 20231001,
    warehouse: Annotated[str | None, typer.Option(help="PostgreSQL address instead of a DuckDB file.")] = None,
    vault: Annotated[str | None, typer.Option(help="PostgreSQL address of the vault instead of a DuckDB file.")] = None,
) -> None:
    """Run the sample programme through Airflow: ingest, two cohorts matched and approved, eight evaluations."""
    from programme.loading import load_programme

    console = open_console()
    programme = load_programme(SAMPLE_PROGRAMME)
    installation = Installation(
        folder.resolve(), SAMPLE_PROGRAMME, programme.matching.approvers, warehouse, vault, auto_approve=True
    )
    feed = Feed(installation, employees, seed)
    memory = PeakMemory()
    console.print(f"[bold]Adept demo[/]: {employees} employees, quarters up to {until}; everything lies in {folder}")
    try:
        with AirflowService(installation) as service:
            api = AirflowApi(service.base_url, ADMIN, installation.password(ADMIN))
            api.wait_for_dags(DAGS)
            watcher = Watcher(api, service, console, on_poll=memory.sample)
            Demo(installation, programme, feed, api, watcher, console).run(Period.parse(until))
    except (RunFailedError, ServiceError, ApiError, TimeoutError) as error:
        console.print(f"[red bold]The demo failed.[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    _finish(console, installation, programme, Period.parse(until), memory)


class Demo:
    """Advance the sample, ingest, match, evaluate; what has succeeded before is reused."""

    def __init__(
        self, installation: Installation, programme: Programme, feed: Feed, api: AirflowApi, watcher: Watcher,
        console: Console,
    ) -> None:  # fmt: skip
        self.installation = installation
        self.programme = programme
        self.feed = feed
        self.api = api
        self.watcher = watcher
        self.console = console
        self._waiting_since: float | None = None

    def run(self, last: Period) -> None:
        """All quarters; the evaluation of one runs beside the ingest of the next, which needs only its pairs."""
        first = min(Period.parse(cohort.match_period) for cohort in self.programme.cohorts)
        for period in first.until(last):
            self._advance(period)
            self._ingest(period)
            for cohort in self.programme.cohorts:
                if cohort.match_period == period.label:
                    self._match(cohort.name)
            self._follow_evaluation(period)
            if period.label == self.programme.first_period:
                # The first report comes first: nothing else takes the processors until it is there.
                self.watcher.wait_for_all()
        self.watcher.wait_for_all()

    def _advance(self, period: Period) -> None:
        begun = time.monotonic()
        if self.feed.advance(period):
            self.watcher.note(period.label, "sample organisation", "advance", time.monotonic() - begun)

    def _ingest(self, period: Period) -> None:
        # The second month of the quarter stands for the final edition.
        key = period.start.replace(month=period.start.month + 1).isoformat()
        if self._succeeded("ingest", key):
            return
        run_id = self.api.trigger("ingest", key)
        self.watcher.follow("ingest", run_id, period.label)
        self.watcher.wait_for("ingest", run_id)

    def _match(self, cohort: str) -> None:
        if self._succeeded("cohort_matching", cohort):
            return
        run_id = self._run_of("cohort_matching", cohort)
        self.watcher.follow("cohort_matching", run_id, cohort)
        self.watcher.wait(lambda: self._answer(run_id), f"the approval of cohort {cohort}")

    def _answer(self, run_id: str) -> bool:
        """Answer the approval once it has been waiting for a moment; true when the run has ended."""
        if not self.watcher.is_open("cohort_matching", run_id):
            return True
        approve = next(t for t in self.api.tasks("cohort_matching", run_id) if t["task_id"] == "approve")
        if approve["state"] != "awaiting_input" or not self.installation.auto_approve:
            self._waiting_since = None
            return False
        self._waiting_since = self._waiting_since or time.monotonic()
        # The scheduler must first have booked that the task is parked.
        if time.monotonic() - self._waiting_since > _SECONDS_TO_PARK:
            self._waiting_since = None
            approver = self.installation.approvers[0]
            office = AirflowApi(self.api.base_url, approver, self.installation.password(approver))
            office.answer("cohort_matching", run_id, "approve", "Approve", "answered by the demo's own setting")
        return False

    def _follow_evaluation(self, period: Period) -> None:
        if period < Period.parse(self.programme.first_period) or self._succeeded(
            "quarterly_evaluation", period.partition_key
        ):
            return
        run_id = self._run_of("quarterly_evaluation", period.partition_key)
        self.watcher.follow("quarterly_evaluation", run_id, period.label)

    def _run_of(self, dag_id: str, key: str) -> str:
        """The run that the asset event has started for this partition; a new one if the last has failed."""
        runs = self._runs(dag_id, key)
        if runs and runs[-1]["state"] == "failed":
            return self.api.trigger(dag_id, key, {"edition": EDITION})
        run = self.watcher.wait(lambda: self._runs(dag_id, key), f"a run of {dag_id} for {key}", seconds=120)[-1]
        return run["dag_run_id"]

    def _runs(self, dag_id: str, key: str) -> list[dict[str, Any]]:
        return [run for run in self.api.runs(dag_id) if run["partition_key"] == key]

    def _succeeded(self, dag_id: str, key: str) -> bool:
        return any(run["state"] == "success" for run in self._runs(dag_id, key))


def _finish(
    console: Console, installation: Installation, programme: Programme, last: Period, memory: PeakMemory
) -> None:
    import pandas as pd

    import reports

    edition = installation.published / last.label / EDITION
    tables = {path.stem: pd.read_parquet(path) for path in sorted((edition / "tables").glob("*.parquet"))}
    console.print(f"\n[bold]The last report lies in[/] {edition}")
    for label, figure, sentence in reports.headlines(tables, programme, "en"):
        console.print(f"  [bold]{figure}[/]  {label}. {sentence}", highlight=False)
    console.print(f"Peak memory of all processes: {memory.peak_gb:.1f} GB", highlight=False)
