"""The ingest's steps: what the gate is told and tells, what may be repeated, and what stops a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dags.steps import ingest
from programme.run_context import RunContext
from programme.warehouse import Warehouse
from sources.contracts import dataset
from tests.unit.sources.conftest import (  # noqa: F401 - fixtures
    HRIS,
    KNOWN_AT,
    PERIOD,
    PROGRAMME,
    csv_text,
    good_rows,
    inbox,
    vault,
    write_drop,
)

RULES = "SELECT count(*) FROM audit.warning WHERE warning LIKE ?"


def context(edition: str = "final", days: int = 0) -> RunContext:
    """A run of the fixtures' quarter, known so many days after the final edition."""
    return RunContext("adept", PERIOD, KNOWN_AT + dt.timedelta(days=days), edition, f"run {days}", "c", "c")


@pytest.fixture
def warehouse(inbox, vault, tmp_path, monkeypatch) -> Callable[[], Warehouse]:  # noqa: F811
    """An installation of two sources; opens its warehouse."""
    address = f"duckdb:///{(tmp_path / 'w.duckdb').as_posix().lstrip('/')}"
    places = SimpleNamespace(work=tmp_path / "work", inbox=inbox, warehouse=address)
    programme = SimpleNamespace(name="adept", sources=[HRIS, PROGRAMME])
    monkeypatch.setattr(ingest, "settings", lambda: places)
    monkeypatch.setattr(ingest, "programme_of", lambda _: programme)
    monkeypatch.setattr(ingest, "open_vault", lambda *_: vault)
    staff(inbox, 12)
    return lambda: Warehouse(address)


def staff(folder: Path, n: int) -> None:
    """So many employees in the delivery."""
    for name in ("employee", "employment", "organisation"):
        item = dataset("hris", name)
        write_drop(folder, item, csv_text(item, good_rows(item, n)))


def extract_all(run: RunContext) -> None:
    for name in ingest.extract_people(run):
        ingest.extract(run, name)


def test_a_fall_since_the_last_delivery_stops_the_release_and_loads_nothing_of_it(inbox, warehouse):  # noqa: F811
    first, later = context(), context("corrected-1", 30)
    extract_all(first)
    ingest.stand(ingest.gate(first))
    ingest.load(first)
    with warehouse() as opened:
        before = opened.scalar("SELECT count(*) FROM audit.batch")
        assert opened.scalar("SELECT count(*) FROM audit.validation WHERE is_success") > 50
        n_validation = opened.scalar("SELECT count(*) FROM audit.validation")
        n_warnings = opened.scalar("SELECT count(*) FROM audit.warning")
    # Repeating gate and load changes nothing: the working files are still there, and no row is doubled.
    ingest.gate(first)
    ingest.load(first)
    with warehouse() as opened:
        assert opened.scalar("SELECT count(*) FROM audit.validation") == n_validation
        assert opened.scalar("SELECT count(*) FROM audit.warning") == n_warnings
        assert opened.scalar("SELECT count(*) FROM audit.batch") == before
    staff(inbox, 5)
    extract_all(later)
    checked = ingest.gate(later)
    ingest.load(later)
    with pytest.raises(ingest.IngestError, match=r"headcount_fell \(2\).*clear extract_people") as caught:
        ingest.stand(checked)
    assert "shrunk_dataset (5)" in str(caught.value)
    with warehouse() as opened:
        assert opened.scalar("SELECT count(*) FROM audit.batch") == before
        assert opened.scalar(RULES, ("critical: headcount_fell%",)) == 1
        assert opened.scalar("SELECT count(*) FROM audit.validation WHERE edition = 'final'") == n_validation


def test_sources_without_a_fault_are_loaded(inbox, warehouse):  # noqa: F811
    item = dataset("programme", "leadership")
    rows = [{**row, "activity": "Kanarie"} for row in good_rows(item, 8)]
    write_drop(inbox, item, csv_text(item, rows))
    extract_all(context())
    checked = ingest.gate(context())
    ingest.load(context())
    with pytest.raises(ingest.IngestError, match=r"programme.leadership: too_many_rejected \(8\)") as caught:
        ingest.stand(checked)
    assert "Kanarie" not in str(caught.value)
    with warehouse() as opened:
        assert opened.query("SELECT DISTINCT source FROM audit.batch")["source"].tolist() == ["hris"]
        assert opened.scalar("SELECT n_unexpected FROM audit.validation WHERE dataset = 'programme.leadership' "
                             "AND column_name = 'activity' AND NOT is_success") == 8  # fmt: skip
    # Mended, the rest is loaded at the same moment of knowledge.
    write_drop(inbox, item, csv_text(item, good_rows(item, 8)))
    extract_all(context())
    ingest.stand(ingest.gate(context()))
    ingest.load(context())
    with warehouse() as opened:
        assert opened.scalar("SELECT count(*) FROM audit.batch") == 15
        assert opened.scalar(RULES, ("critical%",)) == 0
    ingest.tidy(context())
    with pytest.raises(ingest.IngestError, match="no checked files"):
        ingest.load(context())


def test_without_the_people_the_gate_names_the_task_to_clear(inbox, warehouse):  # noqa: F811
    with pytest.raises(ingest.IngestError, match=r"no extracted files.*clear extract_people"):
        ingest.gate(context())
    ingest.extract(context(), "programme")
    with pytest.raises(ingest.IngestError, match="clear extract_people"):
        ingest.gate(context())
