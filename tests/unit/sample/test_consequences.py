"""Altering one planted factor moves what stands on its written list, something indeed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import sources.sample
from sources.sample import Sample
from sources.sample.planted import Planted
from sources.sample.streams import STREAMS
from tests.unit.sample.changes import differences, unlisted
from tests.unit.sample.runs import random_pairs, run

SIZE, UNTIL = 400, "2025Q4"
LIST = yaml.safe_load((Path(sources.sample.__file__).parent / "consequences.yaml").read_text(encoding="utf-8"))[
    "factors"
]
QUIET = {"stream.dirt", "dirt"}  # they move dirty rows alone, which `changes` leaves out


@pytest.fixture(scope="module")
def base():
    made = run(Sample(n_employees=SIZE), UNTIL)
    pairs = {
        str(a.state.period[:4]): random_pairs(a.state, a.state.period[:4])
        for a in made
        if a.state.period.endswith("Q3")
    }
    people = made[-1].truth.pairs
    mentees = {p["mentee"] for p in people}
    return made, pairs, {"mentees": mentees, "pairs": mentees | {p["mentor"] for p in people}}


def test_every_factor_and_stream_has_a_list():
    assert set(LIST) == set(Planted().to_dict()) | {f"stream.{name}" for name in STREAMS}


@pytest.mark.parametrize("factor", LIST)
def test_only_listed_rows_move(base, factor):
    made, pairs, people = base
    entry = LIST[factor]
    if any(pattern == "*" for pattern in entry["moves"]):
        # Another organisation altogether: its people cannot be paired as before.
        other = run(Sample(n_employees=SIZE, altered={factor: entry["alter"]}), "2024Q3")
    else:
        other = run(Sample(n_employees=SIZE, altered={factor: entry["alter"]}), UNTIL, pairs)
    moved = [d for one, two in zip(made, other, strict=False) for d in differences(one, two)]
    assert not unlisted(moved, entry["moves"], people)[:5]
    assert made[0].files != other[0].files or made[-1].files != other[-1].files
    assert bool(moved) is (factor not in QUIET)
