"""The assignment: small known cases, input checks, ties, size."""

from __future__ import annotations

import math

import numpy as np
import pytest

import matching
from tests.unit.matching.problems import OBJECTIVES, Case, random_case


def test_participation_comes_before_the_total_and_the_total_alone_takes_no_negative_score():
    arcs = [0, 0, 1], [0, 1, 0], [5.0, -1.0, 1.0]
    both = matching.assign(*arcs, n_mentees=2, capacity=[1, 1])
    assert both.mentor_of.tolist() == [1, 0] and both.matched == 2 and both.total == 0.0 and both.worst == -1.0
    best = matching.assign(*arcs, n_mentees=2, capacity=[1, 1], objective=("total",))
    assert best.mentor_of.tolist() == [0, -1] and best.total == 5.0 and best.loads.tolist() == [1, 0]


def test_the_worst_off_come_before_the_total():
    arcs = [0, 0, 1, 1], [0, 1, 0, 1], [0.9, 0.5, 0.5, 0.2]
    most = matching.assign(*arcs, n_mentees=2, capacity=[1, 1], objective=("participation", "total"))
    assert most.worst == 0.2 and most.total == 1.1
    fair = matching.assign(*arcs, n_mentees=2, capacity=[1, 1])
    assert fair.worst == 0.5 and fair.total == 1.0


def test_balance_spreads_the_load_in_proportion_to_capacity():
    i, j = np.divmod(np.arange(12), 2)
    score = np.where(j == 0, 1.0, 0.5)
    packed = matching.assign(i, j, score, n_mentees=6, capacity=[6, 3], objective=("participation", "total"))
    assert packed.loads.tolist() == [6, 0]
    assert matching.assign(i, j, np.ones(12), n_mentees=6, capacity=[6, 3]).loads.tolist() == [4, 2]
    # Worst off first: only the better mentor gives everybody 1.0, however uneven that is.
    assert matching.assign(i, j, score, n_mentees=6, capacity=[6, 3]).loads.tolist() == [6, 0]


def test_balance_counts_locked_mentees():
    i, j = np.divmod(np.arange(8), 2)
    locked = [(0, 0), (1, 0)]
    found = matching.assign(i, j, np.ones(8), n_mentees=4, capacity=[3, 3], objective=("participation", "balance"),
                            locked=locked)  # fmt: skip
    assert found.mentor_of.tolist() == [0, 0, 1, 1]


def test_leximin_lifts_the_second_worst_too():
    # Everybody's worst is 1 whatever is done; after that 3 and 3 beat 2 and 9.
    arcs = [0, 1, 1, 2, 2], [0, 1, 2, 1, 2], [1.0, 2.0, 3.0, 3.0, 9.0]
    options = {"n_mentees": 3, "capacity": [1, 1, 1]}
    assert matching.assign(*arcs, **options, objective=("participation", "total")).mentor_of.tolist() == [0, 1, 2]
    assert matching.assign(*arcs, **options, objective=("leximin",)).mentor_of.tolist() == [0, 2, 1]


def test_rank_maximal_gives_most_mentees_their_first_choice():
    # Two first choices and a last one beat one first and two seconds.
    arcs = [0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 2, 1, 0, 2, 0, 1], [3.0, 2.0, 1.0, 3.0, 2.0, 1.0, 9.0, 8.0]
    found = matching.assign(*arcs, n_mentees=3, capacity=[1, 1, 1], objective=("rank_maximal",))
    firsts = sum(a == b for a, b in zip(found.mentor_of.tolist(), [0, 1, 0], strict=True))
    assert firsts == 2 and found.matched == 3 and found.mentor_of[0] == 2


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_nobody_no_pairs_and_no_places_are_no_error(objective):
    for n, capacity, arcs in ((0, [], ([], [], [])), (3, [1, 2], ([], [], [])), (2, [0], ([0, 1], [0, 0], [1.0, 2.0]))):
        found = matching.assign(*arcs, n_mentees=n, capacity=capacity, objective=objective)
        assert found.matched == 0 and math.isnan(found.worst) and found.total == 0
        assert found.mentor_of.tolist() == [-1] * n and found.loads.tolist() == [0] * len(capacity)
        assert found.certificate.verify(found, *arcs, n_mentees=n, capacity=capacity, objective=objective)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_ties_do_not_depend_on_the_order_of_rows(objective):
    rng = np.random.default_rng(5)
    for _ in range(20):
        case = random_case(rng, 9, 3, density=0.8, decimals=0)
        first = case.solve(objective)
        order = rng.permutation(len(case.score))
        again = Case(*(part[order] for part in case.pairs), 9, case.capacity).solve(objective)
        assert np.array_equal(first.mentor_of, again.mentor_of)
        assert first.certificate.to_json() == again.certificate.to_json()


def test_ties_go_to_the_earlier_mentee():
    i, j = np.divmod(np.arange(8), 2)
    found = matching.assign(i[::-1], j[::-1], np.ones(8), n_mentees=4, capacity=[1, 1])
    assert (found.mentor_of >= 0).tolist() == [True, True, False, False]


@pytest.mark.parametrize("objective", [("participation",), ("participation", "worst_off", "balance", "total")])
def test_ties_go_to_the_earlier_mentee_where_only_some_of_the_pairs_are_solved_at_first(objective):
    n, m = 900, 300
    i, j = np.divmod(np.arange(n * m), m)
    for score in (np.ones(n * m), (j % 2).astype(float)):
        found = matching.assign(i, j, score, n_mentees=n, capacity=np.ones(m, int), objective=objective)
        assert np.flatnonzero(found.mentor_of >= 0).tolist() == list(range(m))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_locks_are_kept_and_the_rest_is_optimal(objective):
    rng = np.random.default_rng(7)
    for _ in range(15):
        case = random_case(rng, 5, 4, density=0.7, decimals=int(rng.integers(0, 2)), n_locked=2)
        found = case.solve(objective)
        assert all(found.mentor_of[a] == b for a, b in case.locked)
        assert case.verify(found, objective)
        assert case.worth(tuple(found.mentor_of.tolist()), objective) == case.best(objective)


ONE = {"n_mentees": 2, "capacity": [1, 1]}
PAIRS = ([0, 1], [0, 1], [1, 1])


@pytest.mark.parametrize(
    ("arcs", "options", "words"),
    [
        (([0, 1], [0, 1], [1, math.nan]), ONE, "score, rows 1: is nan or infinite"),
        (([0, 1], [0, 1], [math.inf, 1]), ONE, "score, rows 0: is nan or infinite"),
        (([0, 2], [0, 1], [1, 1]), ONE, "mentee, rows 1: is unknown"),
        (([0, -1], [0, 1], [1, 1]), ONE, "mentee, rows 1: is unknown"),
        (([0, 1], [0, 2], [1, 1]), ONE, "mentor, rows 1: is unknown"),
        (([0, 0], [0, 0], [1, 2]), ONE, "rows 1: the pair is listed twice"),
        (([0], [0], [1]), {"n_mentees": 2, "capacity": [1, -1]}, "capacity, rows 1: is negative"),
        (([0], [0], [1]), {"n_mentees": -1, "capacity": [1]}, "n_mentees"),
        (([0.5], [0], [1]), ONE, "mentee: expected a one-dimensional array of integers"),
        (([0], [0, 1], [1]), ONE, "one entry each"),
        (([0], [0], [1e13]), ONE, "beyond 64 bits"),
        (([0, 1], [0, 1], [-1e12, 1e12]), ONE, "do not fit 64 bits"),
        (([0, 0], [0, 1], [1, 1]), ONE | {"locked": [(0, 0), (0, 1)]}, "locked to mentors 0 and 1"),
        (([0, 1], [0, 0], [1, 1]), ONE | {"locked": [(0, 0), (1, 0)]}, "mentors 0 have more locked pairs"),
        (([0], [0], [1]), ONE | {"locked": [(1, 1)]}, "not an allowed pair"),
        (([0], [0], [1]), ONE | {"locked": [(5, 0)]}, "unknown mentee or mentor"),
        (PAIRS, ONE | {"objective": ("luck",)}, "objective"),
        (PAIRS, ONE | {"objective": ()}, "objective"),
        (PAIRS, ONE | {"objective": ("total", "total")}, "each once"),
        (PAIRS, ONE | {"objective": ("worst_off", "participation")}, "participation must come before it"),
        (PAIRS, ONE | {"objective": ("participation", "leximin", "worst_off")}, "leave out the worst_off"),
    ],
)
def test_bad_input_is_a_value_error_that_names_the_rows(arcs, options, words):
    with pytest.raises(ValueError, match=words) as caught:
        matching.assign(*arcs, **options)
    assert isinstance(caught.value, matching.MatchingError)


def test_capacities_without_a_common_scale_are_an_error_of_balance_alone():
    primes = [10007, 10009, 10037, 10039]
    arcs = [0] * 4, range(4), [1.0, 2.0, 3.0, 4.0]
    arcs = tuple(np.array(list(part)) for part in arcs)
    with pytest.raises(matching.MatchingError, match="balance needs fewer sizes"):
        matching.assign(*arcs, n_mentees=1, capacity=primes)
    assert matching.assign(*arcs, n_mentees=1, capacity=primes, objective=("total",)).mentor_of.tolist() == [3]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_large_scores_are_exact_to_six_decimals(objective):
    base = 12_345_678_901.0
    arcs = [0, 0], [0, 1], [base + 0.25, base + 0.250002]
    found = matching.assign(*arcs, n_mentees=1, capacity=[1, 1], objective=objective)
    ignores_scores = set(objective) <= {"participation", "balance"} or objective[0] == "balance"
    assert ignores_scores or found.mentor_of.tolist() == [1]
    assert found.certificate.verify(found, *arcs, n_mentees=1, capacity=[1, 1], objective=objective)


def test_two_thousand_by_one_thousand_is_solved_on_the_best_pairs_and_proved_for_all():
    rng = np.random.default_rng(0)
    i, j = np.divmod(np.arange(2_000_000), 1000)
    score, capacity = np.round(rng.random(2_000_000), 6), rng.integers(1, 4, 1000)
    found = matching.assign(i, j, score, n_mentees=2000, capacity=capacity)
    assert found.certificate.verify(found, i, j, score, n_mentees=2000, capacity=capacity,
                                    objective=("participation", "worst_off", "balance", "total"))  # fmt: skip
