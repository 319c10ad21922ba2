"""How much of the attainable pair quality the matching reaches on the sample organisation, beside random and greedy.

The sample knows how well any two people would do as a pair; profiles betray that only in part. What is attainable is
the best total of that hidden quality over the very pairs, places and rules that the matching had.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import matching
from matching.applicants import gather
from matching.solving import solve
from programme.loading import load_programme
from programme.period import Period
from programme.settings import Settings
from sources.sample import Sample, State
from tests.pipeline import PROGRAMME_FILE, SEED, Pipeline

EMPLOYEES, COHORT, PERIOD = 5_000, "2024", Period(2024, 3)
N_RANDOM = 200


def one_by_one(order, allowed, capacity, preference):
    """Mentees in some order take the allowed mentor with a free place whom they prefer."""
    left, chosen = capacity.copy(), np.full(len(allowed), -1)
    for i in order:
        open_ = np.flatnonzero(allowed[i] & (left > 0))
        if open_.size:
            chosen[i] = open_[np.argmax(preference[i, open_])]
            left[chosen[i]] -= 1
    return chosen


@pytest.mark.bench
def test_share_of_the_attainable_pair_quality(tmp_path: Path) -> None:
    from dags.steps.context import open_vault, resolve_cohort
    from dags.steps.matching import _profiles, build_profiles

    pipeline = Pipeline(tmp_path / "sample", employees=EMPLOYEES)
    pipeline.ingest(PERIOD)
    programme = load_programme(PROGRAMME_FILE)
    with pipeline.environment():
        places = Settings.from_environment()
        build_profiles(resolve_cohort(COHORT, {"edition": "final"}, "bench", inherited={}))
        mentees, mentors = _profiles(places, COHORT)
        with open_vault(places, programme.name) as vault:
            number = vault.roster().set_index("person_id")["employee_number"]
    problem = gather(mentees, mentors, programme, COHORT).problem
    state = State.from_bytes((pipeline.folder / "sample" / f"state-{PERIOD}.bin").read_bytes())
    sample = Sample(seed=SEED, n_employees=EMPLOYEES)
    numbers = [number[people["person_id"]].tolist() for people in (problem.mentees, problem.mentors)]
    quality = np.round(sample.pair_quality(state, *numbers), 6)
    allowed = problem.forbidden == 0
    rng = np.random.default_rng(SEED)

    def total(mentor_of):
        return float(quality[np.flatnonzero(mentor_of >= 0), mentor_of[mentor_of >= 0]].sum())

    found = solve(problem).mentor_of
    i, j = np.nonzero(allowed)
    best = matching.assign(i, j, quality[i, j], n_mentees=len(quality), capacity=problem.capacity,
                           objective=("participation", "total")).mentor_of  # fmt: skip
    greedy = one_by_one(range(len(quality)), allowed, problem.capacity, problem.score)
    drawn = [
        one_by_one(rng.permutation(len(quality)), allowed, problem.capacity, rng.random(quality.shape))
        for _ in range(N_RANDOM)
    ]
    chance = float(np.mean([total(d) for d in drawn]))
    print(f"\n{len(quality)} mentees, {len(problem.mentors)} mentors, matched {int((found >= 0).sum())}")
    for name, value in (("random (mean)", chance), ("greedy by score", total(greedy)), ("Adept", total(found)),
                        ("attainable", total(best))):  # fmt: skip
        gain = (value - chance) / (total(best) - chance)
        print(f"{name:16} {value:7.2f}: {value / total(best):6.1%} of the attainable, {gain:6.1%} beyond chance")
    assert total(found) > total(greedy) > chance
