"""Run one quarter in this process and die by SIGKILL at a named point. Used by test_killed.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programme.period import Period
from tests.pipeline import Pipeline


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(
    call: int, function: Callable[..., Any], when: Callable[..., bool] = lambda *_: True
) -> Callable[..., Any]:
    """The function, until its nth fitting call."""
    seen = 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal seen
        seen += bool(when(*arguments))
        if seen == call:
            die()
        return function(*arguments, **named)

    return wrapped


def while_extracting() -> None:
    import sources

    sources.Extract.write = dying_at(4, sources.Extract.write)


def while_loading() -> None:
    from programme.warehouse import Warehouse

    Warehouse.insert = dying_at(1, Warehouse.insert, lambda _, table, *__: table == "audit.batch")


def while_dbt_runs() -> None:
    from dags.steps import dbt

    def run_and_die(arguments: list[str], env: dict[str, str]) -> None:
        command = [str(Path(sys.executable).parent / "dbt"), *arguments, "--log-level-file", "debug"]
        child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        log = Path(arguments[arguments.index("--log-path") + 1]) / "dbt.log"
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline and not (log.exists() and "int_employee_quarter" in log.read_text()):
            time.sleep(0.05)
        child.kill()
        child.wait()
        die()

    dbt.run_dbt = run_and_die


def while_writing_tables() -> None:
    from programme.warehouse import Warehouse

    Warehouse.insert = dying_at(4, Warehouse.insert, lambda _, table, *__: table.startswith("evaluation."))


def before_the_edition_appears() -> None:
    os.rename = dying_at(1, os.rename, lambda _, to: "published" in str(to))
    os.replace = dying_at(1, os.replace, lambda _, to: "published" in str(to))
    Path.rename = dying_at(1, Path.rename, lambda _, to: "published" in str(to))
    Path.replace = dying_at(1, Path.replace, lambda _, to: "published" in str(to))


POINTS = {
    point.__name__: point
    for point in (while_extracting, while_loading, while_dbt_runs, while_writing_tables, before_the_edition_appears)
}


if __name__ == "__main__":
    folder, point, period = sys.argv[1:]
    POINTS[point]()
    pipeline = Pipeline(Path(folder))
    pipeline.ingest(Period.parse(period))
    pipeline.evaluate(Period.parse(period))
