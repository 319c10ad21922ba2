"""The approval under a real scheduler with LocalExecutor: parked, refused to others, recorded, and no trace of a no."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from programme.cli.airflow_api import AirflowApi, ApiError
from programme.cli.airflow_service import AirflowService
from programme.cli.installation import ADMIN, Installation
from programme.cli.watching import Watcher
from programme.warehouse import Warehouse
from tests.e2e.conftest import DemoRun
from tests.pipeline import PROGRAMME_FILE

APPROVERS = ("programkontoret", "bitr_programkontoret")


@pytest.fixture(scope="module")
def office(demo: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A copy of the demo's warehouse and vault under an Airflow of its own, without the demo's setting."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "airflow").mkdir(mode=0o700)
    shutil.copy(demo.folder / "warehouse.duckdb", folder / "warehouse.duckdb")
    shutil.copytree(demo.folder / "vault", folder / "vault")
    for name in ("secrets.json", "passwords.json"):
        shutil.copy(demo.folder / "airflow" / name, folder / "airflow" / name)
    installation = Installation(folder, PROGRAMME_FILE, APPROVERS)
    with AirflowService(installation) as service:
        api = AirflowApi(service.base_url, ADMIN, installation.password(ADMIN))
        api.wait_for_dags({"cohort_matching"})
        yield Office(installation, service, api)


class Office:
    def __init__(self, installation: Installation, service: AirflowService, api: AirflowApi) -> None:
        self.installation = installation
        self.service = service
        self.api = api
        self.watcher = Watcher(api, service, Console(quiet=True))

    def trigger_and_park(self) -> str:
        run_id = self.api.trigger("cohort_matching", "2024", {"edition": "final"})
        self.watcher.follow("cohort_matching", run_id, "2024")
        self.watcher.wait(lambda: self.state(run_id, "approve") == "awaiting_input", "the approval", 180)
        # A person takes longer than the scheduler needs to book that the task is parked.
        time.sleep(3)
        return run_id

    def state(self, run_id: str, task_id: str) -> str | None:
        return next(t["state"] for t in self.api.tasks("cohort_matching", run_id) if t["task_id"] == task_id)

    def answer(self, user: str, run_id: str, choice: str) -> None:
        session = AirflowApi(self.service.base_url, user, self.installation.password(user))
        session.answer("cohort_matching", run_id, "approve", choice, "because")

    def query(self, sql: str) -> pd.DataFrame:
        with Warehouse(f"duckdb://{self.installation.folder / 'warehouse.duckdb'}", read_only=True) as warehouse:
            return warehouse.query(sql)

    def published(self) -> dict[str, pd.DataFrame]:
        tables = self.query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'published' ORDER BY table_name"
        )["table_name"]
        found = {name: self.query(f"SELECT * FROM published.{name} ORDER BY ALL") for name in tables}
        pairs = "SELECT * FROM matching.approved_pair ORDER BY cohort, mentee_person_id, mentor_person_id"
        return found | {"approved_pair": self.query(pairs)}


def test_it_parks_is_refused_to_others_and_a_no_leaves_no_trace(office: Office) -> None:
    before = office.published()
    run_id = office.trigger_and_park()
    with pytest.raises(ApiError) as refused:
        office.answer(ADMIN, run_id, "Approve")
    assert refused.value.status_code == 403
    assert office.state(run_id, "approve") == "awaiting_input"
    office.answer("programkontoret", run_id, "Reject")
    office.watcher.wait_for("cohort_matching", run_id)
    assert office.state(run_id, "publish") == "skipped"
    after = office.published()
    assert before.keys() == after.keys()
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[name])
    decisions = office.query(
        "SELECT decision, approver FROM audit.approval WHERE cohort = '2024' AND reason = 'because'"
    )
    assert decisions.values.tolist() == [["rejected", "programkontoret"]]


def test_an_approval_carries_hash_approver_and_time(office: Office) -> None:
    run_id = office.trigger_and_park()
    office.answer("bitr_programkontoret", run_id, "Approve")
    office.watcher.wait_for("cohort_matching", run_id)
    assert office.state(run_id, "publish") == "success"
    approval = office.query(
        "SELECT * FROM audit.approval WHERE cohort = '2024' AND decision = 'approved' ORDER BY decided_at DESC LIMIT 1"
    ).iloc[0]
    assert approval["approver"] == "bitr_programkontoret"
    assert approval["reason"] == "because"
    assert pd.notna(approval["decided_at"])
    pairs = office.query("SELECT DISTINCT proposal_hash FROM matching.approved_pair WHERE cohort = '2024'")
    assert pairs["proposal_hash"].tolist() == [approval["proposal_hash"]]


def test_the_body_shows_aggregates_and_the_hash_never_people(office: Office) -> None:
    run_id = office.trigger_and_park()
    path = f"/api/v2/dags/cohort_matching/dagRuns/{run_id}/taskInstances/approve/-1/hitlDetails"
    detail = office.api._call("GET", path)
    text = detail["subject"] + detail["body"]
    people = office.query("SELECT mentee_person_id, mentor_person_id FROM matching.approved_pair")
    assert (
        office.query("SELECT proposal_hash FROM matching.proposal WHERE cohort = '2024'")["proposal_hash"].iloc[-1]
        in text
    )
    assert not any(person in text for person in people.to_numpy().ravel())
    office.answer("programkontoret", run_id, "Reject")
    office.watcher.wait_for("cohort_matching", run_id)


def test_workbooks_by_name_are_private(office: Office) -> None:
    books = sorted((office.installation.folder / "work" / "review").glob("*.xlsx"))
    assert {path.suffixes[-2] for path in books} == {".sv", ".en"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in books)
    assert Path(books[0].parent).stat().st_mode & 0o077 == 0
