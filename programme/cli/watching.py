"""Watch Airflow runs and print a line per finished task, with its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from programme.cli.airflow_api import FINISHED, TASK_DONE, AirflowApi
from programme.cli.airflow_service import AirflowService

_SIGNS = {"success": "[green]✓[/]", "failed": "[red]✗[/]", "upstream_failed": "[red]–[/]", "skipped": "[dim]skipped[/]"}
# Each look costs the API server time that the tasks could use.
_POLL_SECONDS = 0.8


class RunFailedError(RuntimeError):
    """A run ended in failure; the message holds the failed tasks' last log lines."""


@dataclass(slots=True)
class Watcher:
    """Follows runs of one Airflow; every task that ends is printed once."""

    api: AirflowApi
    service: AirflowService
    console: Console
    started: float = field(default_factory=time.monotonic)
    _printed: set[tuple[str, str, str, int]] = field(default_factory=set)
    _open: dict[tuple[str, str], str] = field(default_factory=dict)
    on_poll: Callable[[], None] = lambda: None

    def follow(self, dag_id: str, run_id: str, label: str) -> None:
        """Add a run to what is watched."""
        self._open[(dag_id, run_id)] = label

    def poll(self) -> None:
        """Look once at all open runs; raises RunFailedError at the first that failed."""
        self.service.check_alive()
        self.on_poll()
        for (dag_id, run_id), label in list(self._open.items()):
            tasks = self.api.tasks(dag_id, run_id)
            for task in tasks:
                self._print(dag_id, run_id, label, task)
            if not all(task["state"] in TASK_DONE for task in tasks):
                continue
            state = self.api.run(dag_id, run_id)["state"]
            if state in FINISHED:
                del self._open[(dag_id, run_id)]
            if state == "failed":
                raise RunFailedError(f"{dag_id} {label} failed\n{self._failures(dag_id, run_id)}")

    def wait(self, done: Callable[[], Any], what: str, seconds: float = 3600) -> Any:
        """Poll until `done()` gives something true and return it; TimeoutError says what did not happen."""
        deadline = time.monotonic() + seconds
        while True:
            self.poll()
            result = done()
            if result:
                return result
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def wait_for(self, dag_id: str, run_id: str) -> None:
        """Poll until this run has ended well."""
        self.wait(lambda: (dag_id, run_id) not in self._open, f"the end of {dag_id} {run_id}")

    def wait_for_all(self) -> None:
        """Poll until every watched run has ended well."""
        self.wait(lambda: not self._open, "the end of all runs")

    def is_open(self, dag_id: str, run_id: str) -> bool:
        """Whether the run is still being watched."""
        return (dag_id, run_id) in self._open

    def _print(self, dag_id: str, run_id: str, label: str, task: dict[str, Any]) -> None:
        key = (dag_id, run_id, task["task_id"], task["map_index"])
        if task["state"] not in TASK_DONE or key in self._printed:
            return
        self._printed.add(key)
        name = task["task_id"]
        if task["map_index"] >= 0:
            name += f"\\[{task.get('rendered_map_index') or task['map_index']}]"
        self.note(label, dag_id, name, task["duration"], _SIGNS.get(task["state"], task["state"]))

    def note(self, label: str, what: str, part: str, seconds: float | None, sign: str = _SIGNS["success"]) -> None:
        """Print one line: time since the start, quarter or cohort, what, which part, its seconds, how it ended."""
        elapsed = time.monotonic() - self.started
        took = f"{seconds:6.1f} s" if seconds is not None else " " * 8
        self.console.print(
            f"[dim]{elapsed:6.0f} s[/]  {label:<8} {what:<21} {part:<22} {took}  {sign}", highlight=False
        )

    def _failures(self, dag_id: str, run_id: str) -> str:
        lines = []
        for task in self.api.tasks(dag_id, run_id):
            if task["state"] == "failed":
                log = self.api.log(dag_id, run_id, task["task_id"], task["try_number"], task["map_index"])
                tail = "\n".join(log.splitlines()[-25:]) or f"no log; see {self.service.log_of('scheduler')}"
                lines.append(f"task {task['task_id']}:\n{tail}")
        return "\n".join(lines)
