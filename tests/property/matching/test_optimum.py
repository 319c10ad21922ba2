"""The optimum against every feasible assignment, over drawn problems."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import matching
from tests.unit.matching.problems import OBJECTIVES, Case


@st.composite
def cases(draw):
    n, m = draw(st.integers(0, 5)), draw(st.integers(0, 4))
    # Few distinct values make ties; six decimals make none.
    values = st.one_of(st.integers(-3, 3).map(float), st.integers(-3_000_000, 3_000_000).map(lambda k: k / 1e6))
    order = draw(st.permutations([(a, b) for a in range(n) for b in range(m)]))
    pairs = [pair for pair in order if draw(st.booleans())]
    capacity = np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), dtype=int)
    locked = [(a, b) for a, b in pairs[: draw(st.integers(0, 1))] if capacity[b] > 0]
    i, j = (np.array([pair[k] for pair in pairs], dtype=int) for k in (0, 1))
    return Case(i, j, np.array([draw(values) for _ in pairs], dtype=float), n, capacity, locked)


def check_optimum(case, objective, random):
    found = case.solve(objective)
    report = case.verify(found, objective)
    assert report, report.reason
    assert case.worth(tuple(found.mentor_of.tolist()), objective) == case.best(objective)
    order = list(range(len(case.score)))
    random.shuffle(order)
    shuffled = Case(case.mentee[order], case.mentor[order], case.score[order], case.n_mentees, case.capacity,
                    case.locked)  # fmt: skip
    assert np.array_equal(shuffled.solve(objective).mentor_of, found.mentor_of)


drawn = given(cases(), st.sampled_from(OBJECTIVES), st.randoms(use_true_random=False))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@drawn
def test_every_level_equals_brute_force_and_is_proved(case, objective, random):
    check_optimum(case, objective, random)


@pytest.mark.prove
@settings(max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
@drawn
def test_every_level_equals_brute_force_over_two_thousand_examples(case, objective, random):
    check_optimum(case, objective, random)


@pytest.mark.parametrize("seed", range(20))
def test_of_equal_optima_the_earlier_mentees_are_matched(seed):
    rng = np.random.default_rng(seed)
    n, capacity = 5, rng.integers(0, 2, 3)
    i, j = np.nonzero(rng.random((n, 3)) < 0.8)
    score = rng.integers(0, 2, len(i)).astype(float)
    found = matching.assign(i, j, score, n_mentees=n, capacity=capacity, objective=("participation", "total"))
    score_of = dict(zip(zip(i.tolist(), j.tolist(), strict=True), score, strict=True))
    best = max(
        (len(pairs), sum(score_of[p] for p in pairs), tuple(b >= 0 for b in choice))
        for choice in itertools.product(range(-1, 3), repeat=n)
        for pairs in [[(a, b) for a, b in enumerate(choice) if b >= 0]]
        if all(p in score_of for p in pairs) and all(choice.count(b) <= capacity[b] for b in range(3))
    )
    assert tuple(found.mentor_of >= 0) == best[2]
