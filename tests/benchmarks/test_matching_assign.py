"""The matching beside other solvers on the same problems: time side by side, and memory of the whole process."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks import peers

ROOT = Path(__file__).parents[2]
DEFAULT = ("participation", "worst_off", "balance", "total")
REPEATS = 5


def run(script: str, *arguments: object, python: Path | str = sys.executable, cwd: Path = ROOT) -> dict:
    """What a script prints after @@, in a fresh process: no run finds what another has left in memory."""
    command = [str(python), "-c", peers.COMMON + script, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.split("@@")[1])


def environment(folder: Path, package: str) -> Path:
    """The python of a new virtual environment with one package from the index."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return python


def ratio(title: str, ours: list[float], other: list[float]) -> float:
    """Prints the medians, the slowest runs and how many times the other's time we take; returns the last."""
    times = median(ours) / median(other)
    print(
        f"\n{title}: Adept {median(ours):.3f} s (slowest {max(ours):.3f}), other {median(other):.3f} s (slowest "
        f"{max(other):.3f}), medians of {len(ours)}: {times:.2f} times the other's, {1 / times:.1f} times as fast"
    )
    return times


@pytest.mark.bench
def test_two_million_pairs_beside_the_bare_solver() -> None:
    """100,000 mentees x 50,000 mentors, 20 pairs a mentee, on the very arcs of the bare min-cost flow."""
    for objective, limit in ((("total",), 1.5), (DEFAULT, 5.0)):
        found = run(peers.SPARSE, objective, REPEATS)
        times = ratio(f"100,000 x 50,000, {' > '.join(objective)}", found["ours"], found["bare"])
        memory = run(peers.SPARSE, objective, 1, "ours only")["peak_gb"]
        print(f"verify {median(found['verify']):.2f} s apart; peak of the process {memory:.2f} GB")
        assert times < limit and memory < 1.0


@pytest.mark.bench
def test_a_dense_square_beside_scipy() -> None:
    """5,000 x 5,000 with every pair allowed; ours with the certificate, which scipy has not."""
    for objective, limit in ((("total",), 2.0), (("participation", "total"), 2.0), (DEFAULT, None)):
        found = run(peers.DENSE, objective, REPEATS)
        times = ratio(f"5,000 x 5,000, {' > '.join(objective)}", found["ours"], found["scipy"])
        print(f"verify {median(found['verify']):.2f} s apart; peak of the process {found['peak_gb']:.2f} GB")
        assert limit is None or times < limit


@pytest.mark.bench
def test_fifty_million_pairs() -> None:
    found = run(peers.FIFTY_MILLION, DEFAULT)
    print(f"\n10,000 x 5,000, all pairs: {found['seconds']:.1f} s, verify {found['verify']:.1f} s, "
          f"peak of the process {found['peak_gb']:.2f} GB")  # fmt: skip
    assert found["seconds"] < 60 and found["peak_gb"] < 3


@pytest.mark.bench
def test_five_hundred_people_beside_mentor_match(tmp_path: Path) -> None:
    """One round of mentor-match, from people and rules to pairs; ours from the same people, default objective."""
    python = environment(tmp_path, "mentor-match==7.0.1")
    other = run(peers.MENTOR_MATCH, REPEATS, python=python, cwd=tmp_path)
    ours = run(peers.MENTOR_MATCH_OURS, REPEATS, DEFAULT)
    assert ours["total"] == other["total"]  # both reach the best sum of the rules' scores
    assert ratio("500 x 500, mentor-match", ours["seconds"], other["seconds"]) < 1 / 20


@pytest.mark.bench
def test_stable_assignments_beside_matching(tmp_path: Path) -> None:
    """1,000 mentees x 200 mentors of five places, full lists without ties."""
    python = environment(tmp_path, "matching==1.4.3")
    other = run(peers.MATCHING, REPEATS, python=python, cwd=tmp_path)
    ours = run(peers.MATCHING_OURS, REPEATS)
    assert ours["mentor_of"] == other["mentor_of"]  # there is one best stable assignment for the mentees
    ratio("1,000 x 200, matching without reading the lists", ours["seconds"], other["solving"])
    assert ratio("1,000 x 200, matching", ours["seconds"], other["seconds"]) < 1 / 10
