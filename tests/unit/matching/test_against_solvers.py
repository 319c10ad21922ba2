"""The optimum against other exact solvers: brute force, scipy's assignment, and an integer programme for leximin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

import matching
from tests.unit.matching.problems import OBJECTIVES, random_case

FULL = ("participation", "worst_off", "balance", "total")


def same_as_brute_force(seed):
    rng = np.random.default_rng(seed)
    case = random_case(rng, int(rng.integers(1, 7)), int(rng.integers(1, 4)), density=float(rng.uniform(0.3, 1)),
                       decimals=int(rng.choice([0, 6])), n_locked=int(rng.integers(0, 3)))  # fmt: skip
    for objective in OBJECTIVES:
        found = case.solve(objective)
        assert case.verify(found, objective)
        assert case.worth(tuple(found.mentor_of.tolist()), objective) == case.best(objective), (seed, objective)


@pytest.mark.parametrize("seed", range(30))
def test_every_level_equals_brute_force(seed):
    same_as_brute_force(seed)


@pytest.mark.prove
def test_five_hundred_problems_equal_brute_force():
    for seed in range(500):
        same_as_brute_force(seed)


def same_as_scipy(n, m, seed, contest=0.0):
    """`contest`: how far all mentees agree on who is a good mentor."""
    rng = np.random.default_rng(seed)
    score = np.round(rng.random((n, m)) + contest * rng.random(m), int(rng.choice([1, 6])))
    i, j = np.divmod(np.arange(n * m), m)
    options = {"n_mentees": n, "capacity": np.ones(m, int), "objective": ("participation", "total")}
    found = matching.assign(i, j, score.ravel(), **options)
    rows, columns = linear_sum_assignment(score, maximize=True)
    assert found.certificate.verify(found, i, j, score.ravel(), **options)
    assert found.matched == min(n, m)
    assert round(found.total, 6) == round(score[rows, columns].sum(), 6)
    # The default's worst off: scipy finds a full assignment at that score, and none above it.
    fair = matching.assign(i, j, score.ravel(), n_mentees=n, capacity=np.ones(m, int), objective=FULL)
    for worst, enough in ((score >= fair.worst, True), (score > fair.worst, False)):
        rows, columns = linear_sum_assignment(worst.astype(int), maximize=True)
        assert (worst[rows, columns].sum() == min(n, m)) is np.bool_(enough)
    # Among those, with every place of capacity 1, balance has nothing left to say, and the total is scipy's.
    dear = np.where(score >= fair.worst, score, -1e6)
    rows, columns = linear_sum_assignment(dear, maximize=True)
    assert round(fair.total, 6) == round(dear[rows, columns].sum(), 6)


@pytest.mark.parametrize("size", [(1, 1), (7, 7), (20, 35), (35, 20), (120, 120), (340, 340), (250, 420)])
def test_capacity_one_equals_scipy(size):
    for seed in range(5 if max(size) < 100 else 1):
        same_as_scipy(*size, seed)


@pytest.mark.parametrize("contest", [3.0, 30.0])
def test_where_all_want_the_same_mentors_the_pairs_that_were_left_out_at_first_are_found(contest):
    same_as_scipy(320, 320, 3, contest)


@pytest.mark.prove
def test_five_hundred_problems_up_to_400_by_400_equal_scipy():
    rng = np.random.default_rng(1)
    for seed in range(490):
        same_as_scipy(*rng.integers(1, 150, 2), seed, contest=float(rng.choice([0, 1, 30])))
    for seed in range(490, 500):
        same_as_scipy(400, 400, seed, contest=float(rng.choice([0, 1, 30])))


def same_as_scipy_with_capacities(n, m, seed):
    """A mentor of capacity c is c columns to scipy."""
    rng = np.random.default_rng(seed)
    score, capacity = np.round(rng.normal(size=(n, m)), 6), rng.integers(0, 4, m)
    i, j = np.divmod(np.arange(n * m), m)
    found = matching.assign(i, j, score.ravel(), n_mentees=n, capacity=capacity, objective=("participation", "total"))
    wide = np.repeat(score, capacity, axis=1)
    rows, columns = linear_sum_assignment(wide, maximize=True)
    assert found.matched == len(rows) and round(found.total, 6) == round(wide[rows, columns].sum(), 6)


@pytest.mark.parametrize("size", [(6, 3), (40, 15), (60, 60), (500, 250)])
def test_capacities_equal_scipy_with_a_column_for_each_place(size):
    for seed in range(5 if max(size) < 100 else 1):
        same_as_scipy_with_capacities(*size, seed)


def leximin_by_integer_programme(case):
    """The scores of a leximin assignment, ascending: fewest at the least score, then at the next, a programme each.

    A locked mentee's pair is the only one that stays allowed for them.
    """
    fixed = dict(case.locked)
    allowed = [fixed.get(a, b) == b for a, b in zip(case.mentee.tolist(), case.mentor.tolist(), strict=True)]
    i, j, score = case.mentee[allowed], case.mentor[allowed], case.score[allowed]
    once = (i == np.arange(case.n_mentees)[:, None]).astype(float)
    places = (j == np.arange(len(case.capacity))[:, None]).astype(float)
    rules = [LinearConstraint(once, [fixed.get(a) is not None for a in range(case.n_mentees)], 1),
             LinearConstraint(places, -np.inf, case.capacity)]  # fmt: skip

    def least(cost):
        done = milp(cost, constraints=rules, integrality=np.ones(len(i)), bounds=Bounds(0, 1))
        assert done.success
        rules.append(LinearConstraint(cost, -np.inf, round(done.fun) + 0.5))
        return round(done.fun)

    if not len(i):
        return []
    least(-np.ones(len(i)))
    return [x for x in np.unique(score).tolist() for _ in range(least((score == x).astype(float)))]


@pytest.mark.parametrize("seed", range(25))
def test_leximin_equals_an_exact_integer_programme(seed):
    same_as_integer_programme(seed, 14)


@pytest.mark.prove
def test_two_hundred_leximin_problems_equal_an_exact_integer_programme():
    for seed in range(200):
        same_as_integer_programme(seed, 25)


def same_as_integer_programme(seed, most):
    rng = np.random.default_rng(seed)
    case = random_case(rng, int(rng.integers(2, most)), int(rng.integers(2, 9)), density=float(rng.uniform(0.3, 1)),
                       decimals=int(rng.choice([0, 1])), n_locked=int(rng.integers(0, 3)))  # fmt: skip
    found = case.solve(("leximin",))
    assert case.verify(found, ("leximin",))
    mentors = found.mentor_of[case.mentee]
    assert sorted(case.score[mentors == case.mentor].tolist()) == leximin_by_integer_programme(case)
