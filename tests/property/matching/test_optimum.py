"""The optimum against brute force, scipy and hypothesis."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

import matching
from matching.certificate import OBJECTIVES


def brute_force(arcs, n, capacity, objective, locked):
    """The best value of each level, by trying every assignment."""
    score_of = {(a, b): x for a, b, x in arcs}
    fixed = dict(locked)
    options = [
        [fixed[a]] if a in fixed else [-1, *(b for b in range(len(capacity)) if (a, b) in score_of)] for a in range(n)
    ]
    best = None
    for choice in itertools.product(*options):
        loads = [choice.count(b) for b in range(len(capacity))]
        if all(load <= room for load, room in zip(loads, capacity, strict=True)):
            chosen = [score_of[a, b] for a, b in enumerate(choice) if b >= 0]
            value = {"participation": len(chosen), "worst_off": min(chosen, default=0), "total": round(sum(chosen), 6)}
            key = tuple(value[level] for level in objective)
            best = key if best is None else max(best, key)
    return best


@st.composite
def problems(draw):
    n, m = draw(st.integers(0, 5)), draw(st.integers(0, 4))
    # Few distinct values make ties; six decimals make none.
    values = st.one_of(st.integers(-3, 3).map(float), st.integers(-3_000_000, 3_000_000).map(lambda k: k / 1e6))
    pairs = draw(st.permutations([(a, b) for a in range(n) for b in range(m)]))
    arcs = [(a, b, draw(values)) for a, b in pairs if draw(st.booleans())]
    capacity = draw(st.lists(st.integers(0, 3), min_size=m, max_size=m))
    locked = [(a, b) for a, b, _ in arcs[: draw(st.integers(0, 1))] if capacity[b] > 0]
    return arcs, n, capacity, locked


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(), st.sampled_from(OBJECTIVES), st.randoms(use_true_random=False))
def test_every_level_equals_brute_force_and_is_proved(problem, objective, random):
    arcs, n, capacity, locked = problem
    options = {"n_mentees": n, "capacity": capacity, "objective": objective, "locked": locked}
    columns = [
        np.array(c, dtype=t)
        for c, t in zip(list(zip(*arcs, strict=True)) or [[], [], []], (int, int, float), strict=True)
    ]
    found = matching.assign(*columns, **options)
    report = found.certificate.verify(found, *columns, **options)
    assert report, report.reason
    value = {
        "participation": found.matched,
        "worst_off": found.worst if found.matched else 0,
        "total": round(found.total, 6),
    }
    assert tuple(value[level] for level in objective) == brute_force(arcs, n, capacity, objective, locked)
    random.shuffle(arcs)
    columns = [
        np.array(c, dtype=t)
        for c, t in zip(list(zip(*arcs, strict=True)) or [[], [], []], (int, int, float), strict=True)
    ]
    assert np.array_equal(matching.assign(*columns, **options).mentor_of, found.mentor_of)


@pytest.mark.parametrize("size", [(1, 1), (7, 7), (20, 35), (35, 20), (120, 120)])
def test_capacity_one_equals_scipy(size):
    rng = np.random.default_rng(sum(size))
    n, m = size
    for _ in range(10 if n < 100 else 2):
        score = np.round(rng.random(size), 6)
        i, j = np.divmod(np.arange(n * m), m)
        found = matching.assign(i, j, score.ravel(), n_mentees=n, capacity=np.ones(m, int))
        rows, columns = linear_sum_assignment(score, maximize=True)
        assert found.matched == min(n, m)
        assert round(found.total, 6) == round(score[rows, columns].sum(), 6)


@pytest.mark.parametrize("seed", range(20))
def test_of_equal_optima_the_earlier_mentees_are_matched(seed):
    rng = np.random.default_rng(seed)
    n, capacity = 5, rng.integers(0, 2, 3)
    i, j = np.nonzero(rng.random((n, 3)) < 0.8)
    score = rng.integers(0, 2, len(i)).astype(float)
    found = matching.assign(i, j, score, n_mentees=n, capacity=capacity)
    score_of = dict(zip(zip(i.tolist(), j.tolist(), strict=True), score, strict=True))
    best = max(
        (len(pairs), sum(score_of[p] for p in pairs), tuple(b >= 0 for b in choice))
        for choice in itertools.product(range(-1, 3), repeat=n)
        for pairs in [[(a, b) for a, b in enumerate(choice) if b >= 0]]
        if all(p in score_of for p in pairs) and all(choice.count(b) <= capacity[b] for b in range(3))
    )
    assert tuple(found.mentor_of >= 0) == best[2]
