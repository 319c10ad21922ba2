"""The pipeline's steps, run in this process on a sample organisation: what the DAGs wire, without a scheduler."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from programme.cli.demo_feed import Feed
from programme.cli.installation import Installation
from programme.loading import load_programme
from programme.period import Period
from programme.run_context import RunContext

ROOT = Path(__file__).resolve().parents[1]
PROGRAMME_FILE = ROOT / "sources" / "sample" / "programme.yaml"
SEED = 20231001


@dataclass
class Pipeline:
    """One installation on a sample organisation; `warehouse` and `vault` are DuckDB files unless given."""

    folder: Path
    employees: int = 600
    warehouse: str | None = None
    vault: str | None = None
    edition: str = "final"
    programme_file: Path = PROGRAMME_FILE
    installation: Installation = field(init=False)
    feed: Feed = field(init=False)

    def __post_init__(self) -> None:
        programme = load_programme(self.programme_file)
        self.installation = Installation(
            self.folder, self.programme_file, programme.matching.approvers, self.warehouse, self.vault
        )
        self.feed = Feed(self.installation, self.employees, SEED)

    @contextlib.contextmanager
    def environment(self) -> Iterator[None]:
        """The installation's variables in this process, for the time of a step."""
        before = dict(os.environ)
        os.environ.update(self.installation.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def context(self, period: Period, run_id: str = "test") -> RunContext:
        """The run context that the DAGs would resolve."""
        from dags.steps.context import resolve

        return resolve(period.partition_key, {"edition": self.edition}, run_id)

    def ingest(self, period: Period, *, advance: bool = True) -> None:
        """Write the quarter's files (unless told not to) and ingest them."""
        from dags.steps import ingest

        if advance:
            self.feed.advance(period)
        with self.environment():
            context = self.context(period)
            for name in ingest.extract_people(context):
                ingest.extract(context, name)
            checked = ingest.gate(context)
            ingest.load(context)
            ingest.stand(checked)
            ingest.tidy(context)

    def match(self, cohort: str, choice: str = "Approve", user: str | None = None) -> str:
        """Propose and answer; returns the proposal's hash."""
        from dags.steps import matching
        from dags.steps.context import resolve_cohort

        with self.environment():
            context = resolve_cohort(cohort, {"edition": self.edition}, "test", inherited={})
            matching.build_profiles(context)
            proposal = matching.propose(context)
            answer = {
                "choice": choice,
                "user": user or self.installation.approvers[0],
                "moment": "2024-10-20T08:00:00+00:00",
                "reason": "test",
            }
            matching.publish(context, proposal["proposal_hash"], answer)
            return proposal["proposal_hash"]

    def evaluate(self, period: Period) -> Path:
        """Model, estimate, protect, publish; returns the edition's folder."""
        from dags.steps import evaluation

        with self.environment():
            context = self.context(period)
            evaluation.model(context)
            evaluation.evaluate(context)
            evaluation.render(context)
            evaluation.publish(context)
        return self.edition_folder(period)

    def edition_folder(self, period: Period) -> Path:
        """Where the quarter's edition is published."""
        return self.installation.published / period.label / self.edition

    def run(self, last: Period) -> None:
        """Everything up to a quarter, in the demo's order."""
        programme = load_programme(self.programme_file)
        first = min(Period.parse(cohort.match_period) for cohort in programme.cohorts)
        for period in first.until(last):
            self.ingest(period)
            for cohort in programme.cohorts:
                if cohort.match_period == period.label:
                    self.match(cohort.name)
            if period >= Period.parse(programme.first_period):
                self.evaluate(period)


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by relative path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
