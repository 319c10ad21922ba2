"""The assignment: input checks, small known cases, tampering, size."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import pytest

import matching
from matching.certificate import OBJECTIVES, Certificate


def random_problem(rng, n=12, m=8, density=0.6, decimals=6):
    i, j = np.nonzero(rng.random((n, m)) < density)
    order = rng.permutation(len(i))
    score = np.round(rng.normal(size=len(i)), decimals)
    return i[order], j[order], score, rng.integers(0, 3, m)


def test_participation_comes_before_the_total_and_the_total_alone_takes_no_negative_score():
    arcs = [0, 0, 1], [0, 1, 0], [5.0, -1.0, 1.0]
    both = matching.assign(*arcs, n_mentees=2, capacity=[1, 1])
    assert both.mentor_of.tolist() == [1, 0] and both.matched == 2 and both.total == 0.0 and both.worst == -1.0
    best = matching.assign(*arcs, n_mentees=2, capacity=[1, 1], objective=("total",))
    assert best.mentor_of.tolist() == [0, -1] and best.total == 5.0 and best.loads.tolist() == [1, 0]


def test_the_worst_off_come_before_the_total():
    arcs = [0, 0, 1, 1], [0, 1, 0, 1], [0.9, 0.5, 0.5, 0.2]
    assert matching.assign(*arcs, n_mentees=2, capacity=[1, 1]).worst == 0.2
    fair = matching.assign(*arcs, n_mentees=2, capacity=[1, 1], objective=("participation", "worst_off", "total"))
    assert fair.worst == 0.5 and fair.total == 1.0


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_nobody_no_pairs_and_no_places_are_no_error(objective):
    for n, capacity, arcs in ((0, [], ([], [], [])), (3, [1, 2], ([], [], [])), (2, [0], ([0, 1], [0, 0], [1.0, 2.0]))):
        found = matching.assign(*arcs, n_mentees=n, capacity=capacity, objective=objective)
        assert found.matched == 0 and math.isnan(found.worst) and found.total == 0
        assert found.mentor_of.tolist() == [-1] * n and found.loads.tolist() == [0] * len(capacity)
        assert found.certificate.verify(found, *arcs, n_mentees=n, capacity=capacity, objective=objective)


def test_ties_go_to_the_earlier_mentee_whatever_the_order_of_rows():
    rng = np.random.default_rng(5)
    for objective in OBJECTIVES:
        for _ in range(20):
            i, j, score, capacity = random_problem(rng, 9, 3, 0.8, decimals=0)
            first = matching.assign(i, j, score, n_mentees=9, capacity=capacity, objective=objective)
            order = rng.permutation(len(i))
            again = matching.assign(
                i[order], j[order], score[order], n_mentees=9, capacity=capacity, objective=objective
            )
            assert np.array_equal(first.mentor_of, again.mentor_of)
            assert first.certificate.to_json() == again.certificate.to_json()
    i, j = np.divmod(np.arange(8), 2)
    found = matching.assign(i[::-1], j[::-1], np.ones(8), n_mentees=4, capacity=[1, 1])
    assert (found.mentor_of >= 0).tolist() == [True, True, False, False]


ONE = {"n_mentees": 2, "capacity": [1, 1]}


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
        (([0], [0], [1]), ONE | {"objective": ("luck",)}, "objective"),
        (([0], [0], [1]), ONE | {"alternatives": 3}, "alternatives"),
    ],
)
def test_bad_input_is_a_value_error_that_names_the_rows(arcs, options, words):
    with pytest.raises(ValueError, match=words) as caught:
        matching.assign(*arcs, **options)
    assert isinstance(caught.value, matching.MatchingError)


def test_large_scores_are_exact_to_six_decimals():
    base = 12_345_678_901.0
    found = matching.assign([0, 0], [0, 1], [base + 0.25, base + 0.250002], n_mentees=1, capacity=[1, 1])
    assert found.mentor_of.tolist() == [1]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_thousand_corrupted_certificates_are_refused(objective):
    rng = np.random.default_rng(11)
    refused = 0
    while refused < 200:
        i, j, score, capacity = random_problem(rng)
        problem = {"n_mentees": 12, "capacity": capacity, "objective": objective}
        found = matching.assign(i, j, score, **problem)
        proof = found.certificate
        assert proof.verify(found, i, j, score, **problem)
        for _ in range(20):
            assignment, certificate = corrupt(rng, found, proof)
            report = certificate.verify(assignment, i, j, score, **problem)
            assert not report and report.reason
            refused += 1


def corrupt(rng, found, proof):
    """One value changed, in the assignment or in its certificate."""
    parts = [(found, f.name) for f in dataclasses.fields(found) if f.name != "certificate"]
    parts += [(proof, f.name) for f in dataclasses.fields(proof) if np.size(getattr(proof, f.name)) > 0]
    owner, name = parts[rng.integers(len(parts))]
    value = getattr(owner, name)
    if isinstance(value, np.ndarray):
        value = value.copy()
        value[rng.integers(len(value))] += rng.choice([-1, 1, 7, 2**40])
    elif isinstance(value, tuple):
        value = ("total",) if value != ("total",) else ("participation",)
    elif isinstance(value, str):
        value = value[::-1] + "0"
    else:
        value = (value or 0) + int(rng.choice([-1, 1]))
        if isinstance(value, float) and math.isnan(value):
            value = 0.0
    changed = dataclasses.replace(owner, **{name: value})
    return (changed, proof) if owner is found else (found, changed)


def test_the_bounds_alone_refuse_a_worse_assignment_even_when_it_is_sealed_anew():
    rng = np.random.default_rng(2)
    for objective in (("total",), ("participation", "total")):
        for _ in range(50):
            i, j, score, capacity = random_problem(rng)
            problem = {"n_mentees": 12, "capacity": capacity, "objective": objective}
            found = matching.assign(i, j, score, **problem)
            if found.matched == 0:
                continue
            mentor_of = found.mentor_of.copy()
            mentor_of[np.flatnonzero(mentor_of >= 0)[0]] = -1
            chosen = score[mentor_of[i] == j]
            worse = dataclasses.replace(
                found,
                mentor_of=mentor_of,
                matched=len(chosen),
                total=math.fsum(chosen),
                worst=float(min(chosen, default=math.nan)),
                loads=np.bincount(mentor_of[mentor_of >= 0], minlength=8),
            )
            forged = dataclasses.replace(found.certificate, seal=found.certificate.sealed_by(worse))
            assert not forged.verify(worse, i, j, score, **problem)


def test_prices_that_wrap_around_prove_nothing():
    found = matching.assign([0, 0], [0, 1], [1.0, 2.0], n_mentees=1, capacity=[1, 1])
    proof = found.certificate
    forged = dataclasses.replace(
        proof, mentee_price=proof.mentee_price + 2**62, mentor_price=proof.mentor_price - 2**62
    )
    assert "beyond 64 bits" in forged.verify(found, [0, 0], [0, 1], [1.0, 2.0], n_mentees=1, capacity=[1, 1],
                                             objective=("participation", "total")).reason  # fmt: skip


def test_a_certificate_survives_json():
    i, j, score, capacity = random_problem(np.random.default_rng(3))
    problem = {"n_mentees": 12, "capacity": capacity, "objective": ("participation", "worst_off", "total")}
    found = matching.assign(i, j, score, **problem)
    again = Certificate.from_json(found.certificate.to_json())
    assert again.verify(found, i, j, score, **problem)


def test_two_thousand_by_one_thousand_takes_a_few_seconds():
    rng = np.random.default_rng(0)
    i, j = np.divmod(np.arange(2_000_000), 1000)
    score, capacity = np.round(rng.random(2_000_000), 6), rng.integers(1, 4, 1000)
    start = time.perf_counter()
    found = matching.assign(i, j, score, n_mentees=2000, capacity=capacity)
    assert time.perf_counter() - start < 20
    assert found.certificate.verify(
        found, i, j, score, n_mentees=2000, capacity=capacity, objective=("participation", "total")
    )
