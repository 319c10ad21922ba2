"""Airflow's processes, started and stopped by this command: API server, scheduler with LocalExecutor, DAG processor."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

import psutil

from programme.cli.installation import Installation

_COMPONENTS = ("api-server", "scheduler", "dag-processor")
_START_SECONDS = 120


class ServiceError(RuntimeError):
    """Airflow did not start or died; the message names the component and its log."""


class AirflowService:
    """Airflow on loopback, as a context manager; at the end it stops what it started, by process group."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.environment = installation.environment()
        self.base_url = self.environment["AIRFLOW__API__BASE_URL"]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> AirflowService:
        # Ended politely, this command must not leave Airflow behind.
        signal.signal(signal.SIGTERM, _end)
        try:
            self._migrate()
            for component in _COMPONENTS:
                self._start(component)
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def log_of(self, component: str) -> Path:
        """The component's log file."""
        return self.installation.airflow_home / "logs" / f"{component}.log"

    def _airflow(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "airflow", *arguments]

    def _migrate(self) -> None:
        """Create the metadata database and the writer pool: one slot on DuckDB, eight on PostgreSQL."""
        slots = "1" if self.environment["ADEPT_WAREHOUSE"].startswith("duckdb:") else "8"
        marker = self.installation.airflow_home / f"migrated-{slots}"
        if marker.exists():
            return
        code = (
            "from airflow.utils.db import initdb; initdb()\n"
            "from airflow.models.pool import Pool\n"
            f"Pool.create_or_update_pool('warehouse_writer', {slots}, 'Tasks that write to the warehouse', False)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServiceError(f"Airflow's database could not be prepared:\n{(done.stdout + done.stderr)[-2000:]}")
        marker.touch()

    def _start(self, component: str) -> None:
        log = self.log_of(component)
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("ab") as output:
            self._processes[component] = subprocess.Popen(
                self._airflow(component), env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, cwd=self.installation.airflow_home,
            )  # fmt: skip

    def check_alive(self) -> None:
        """ServiceError if a component has died."""
        for component, process in self._processes.items():
            if process.poll() is not None:
                raise ServiceError(
                    f"Airflow's {component} ended with code {process.returncode}; see {self.log_of(component)}"
                )

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                with urllib.request.urlopen(f"{self.base_url}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.3)
        raise ServiceError(f"Airflow was not healthy after {_START_SECONDS} s; see {self.log_of('api-server')}")

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of each component."""
        return {component: process.pid for component, process in self._processes.items()}

    def stop(self) -> None:
        """End every component and all that descends from it (tasks lead groups of their own), politely first."""
        family = [item for process in self._processes.values() for item in _family(process.pid)]
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        _, alive = psutil.wait_procs(family, timeout=10)
        for item in alive:
            with contextlib.suppress(psutil.Error):
                item.kill()
        psutil.wait_procs(alive, timeout=5)
        for process in self._processes.values():
            process.wait()
        self._processes.clear()


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)
