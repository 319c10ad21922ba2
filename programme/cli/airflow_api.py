"""A small client of Airflow's public REST API: trigger, watch, answer an approval."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

FINISHED = {"success", "failed"}
TASK_DONE = {"success", "failed", "skipped", "upstream_failed", "removed"}


class ApiError(RuntimeError):
    """Airflow refused a request; carries the HTTP status."""

    def __init__(self, method: str, path: str, status: int, detail: str) -> None:
        super().__init__(f"{method} {path}: HTTP {status}: {detail[:500]}")
        self.status_code = status


class AirflowApi:
    """One user's session with one Airflow."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self.base_url = base_url
        self._token = ""
        answer = self._call("POST", "/auth/token", {"username": user, "password": password})
        self._token = answer["access_token"]

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310
            self.base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise ApiError(method, path, error.code, error.read().decode(errors="replace")) from None
        return json.loads(text) if text else None

    def dag_ids(self) -> set[str]:
        """DAGs that the scheduler knows."""
        return {dag["dag_id"] for dag in self._call("GET", "/api/v2/dags?limit=100")["dags"]}

    def import_errors(self) -> list[str]:
        """Messages of DAG files that could not be imported."""
        return [item["stack_trace"] for item in self._call("GET", "/api/v2/importErrors")["import_errors"]]

    def wait_for_dags(self, wanted: set[str], seconds: float = 60) -> None:
        """Wait until all wanted DAGs are known; TimeoutError names the missing ones."""
        deadline = time.monotonic() + seconds
        while not wanted <= self.dag_ids():
            if time.monotonic() > deadline:
                errors = "\n".join(self.import_errors())
                raise TimeoutError(f"Airflow does not know {sorted(wanted - self.dag_ids())}\n{errors}")
            time.sleep(0.3)

    def trigger(self, dag_id: str, partition_key: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run for a partition; returns its run id."""
        body = {"logical_date": None, "partition_key": partition_key, "conf": conf or {}}
        return self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)["dag_run_id"]

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The DAG's runs, oldest first."""
        return self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns?limit=100&order_by=run_after")["dag_runs"]

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run."""
        return self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The run's task instances."""
        return self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")["task_instances"]

    def answer(self, dag_id: str, run_id: str, task_id: str, choice: str, reason: str) -> None:
        """Answer a waiting approval as this session's user; ApiError 403 if the user is not among the approvers."""
        self._call(
            "PATCH",
            f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails",
            {"chosen_options": [choice], "params_input": {"reason": reason}},
        )

    def log(self, dag_id: str, run_id: str, task_id: str, try_number: int, map_index: int) -> str:
        """A try's log as text."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}?map_index={map_index}"
        content = self._call("GET", path)["content"]
        lines = [str(line.get("event", line)) + error_text(line) for line in content if isinstance(line, dict)]
        return "\n".join(line for line in lines if not line.startswith("::"))


def error_text(line: dict[str, Any]) -> str:
    """The exception of a log line, if it has one."""
    details = line.get("error_detail") or []
    return "".join(f"\n  {item.get('exc_type')}: {item.get('exc_value')}" for item in details)
