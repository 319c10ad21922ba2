"""One demo run for all end-to-end tests: 600 employees through Airflow, two cohorts, eight evaluations."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from programme.period import Period

EMPLOYEES = 600


@dataclass(frozen=True)
class DemoRun:
    """What `adept demo` left and printed."""

    folder: Path
    output: str

    @property
    def published(self) -> Path:
        return self.folder / "published"


def adept(*arguments: str, timeout: float = 1700) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    command = [str(Path(sys.executable).parent / "adept"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    done = adept("demo", "--folder", str(folder), "--employees", str(EMPLOYEES))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return DemoRun(folder, done.stdout)


@pytest.fixture(scope="session")
def periods() -> list[Period]:
    return Period(2024, 4).until(Period(2026, 3))
