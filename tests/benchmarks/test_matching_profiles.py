"""From profiles to the proved optimum of all pairs: seconds and memory as the number of applicants grows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S, LIMIT_GB = 120, 4
_MEASURE = """
import json, resource, sys, time
import matching
from tests.unit.matching.people import crowd, programme

people = crowd(int(sys.argv[1]), int(sys.argv[1]) // 2)
start = time.perf_counter()
found = matching.match(*people, programme(), "2024", 1)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print("@@" + json.dumps([seconds, peak / 1e9, len(found.pairs), [level.name for level in found.certificate.levels]]))
"""


def measured(n_mentees: int) -> tuple[float, float, int, list[str]]:
    """Seconds, peak memory (GB), pairs and proved levels, in a process of its own."""
    command = [sys.executable, "-c", _MEASURE, str(n_mentees)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return tuple(json.loads(done.stdout.split("@@")[1]))


@pytest.mark.bench
def test_ten_thousand_mentees_are_matched_in_two_minutes_and_four_gigabytes() -> None:
    for n_mentees in (1_000, 3_000, 10_000):
        seconds, gigabytes, n_pairs, levels = measured(n_mentees)
        print(f"{n_mentees:,} mentees, {n_mentees // 2:,} mentors: {seconds:.1f} s, {gigabytes:.2f} GB, "
              f"{n_pairs:,} pairs; proved: {', '.join(levels)}")  # fmt: skip
        assert n_pairs > 0.85 * n_mentees and levels
    assert seconds < LIMIT_S and gigabytes < LIMIT_GB
