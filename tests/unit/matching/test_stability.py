"""Stable assignments: no blocking pair, best for the mentees, errors that name the rows."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

import matching


def ranked(rng, n_people, n_others, ties, share):
    """Ranked lists: a random part of the others, cut into groups where ties are wanted."""
    lists = []
    for _ in range(n_people):
        order = rng.permutation(n_others)[: rng.binomial(n_others, share)]
        cuts = np.flatnonzero(rng.random(max(len(order) - 1, 0)) > ties) + 1
        lists.append([part.tolist() for part in np.split(order, cuts) if len(part)])
    return lists


def problem(rng, n, m, ties=0.4, share=0.7):
    return ranked(rng, n, m, ties, share), ranked(rng, m, n, ties, share), rng.integers(0, 4, m).tolist()


def places(lists):
    return [{other: place for place, group in enumerate(groups) for other in group} for groups in lists]


def is_stable(choice, mentee_place, mentor_place, capacity):
    """From the definition, pair by pair."""
    holds = [[a for a, b in enumerate(choice) if b == k] for k in range(len(capacity))]
    for a, b in enumerate(choice):
        if b >= 0 and (b not in mentee_place[a] or a not in mentor_place[b] or len(holds[b]) > capacity[b]):
            return False
    for a, b in itertools.product(range(len(choice)), range(len(capacity))):
        if b not in mentee_place[a] or a not in mentor_place[b] or choice[a] == b:
            continue
        mentee_wants = choice[a] < 0 or mentee_place[a][b] < mentee_place[a][choice[a]]
        has_room = len(holds[b]) < capacity[b]
        if mentee_wants and (has_room or any(mentor_place[b][a] < mentor_place[b][other] for other in holds[b])):
            return False
    return True


def test_a_thousand_random_problems_have_no_blocking_pair():
    rng = np.random.default_rng(1)
    n_ties = 0
    for _ in range(1000):
        mentees, mentors, capacity = problem(
            rng, int(rng.integers(0, 25)), int(rng.integers(0, 10)), rng.random(), rng.random()
        )
        found = matching.stable(mentees, mentors, capacity)
        assert len(matching.blocking_pairs(found.mentor_of, mentees, mentors, capacity)) == 0
        report = found.certificate.verify(found, mentees, mentors, capacity)
        assert report, report.reason
        assert is_stable(found.mentor_of.tolist(), places(mentees), places(mentors), capacity)
        n_ties += any(len(group) > 1 for groups in (*mentees, *mentors) for group in groups)
    assert n_ties > 500


def test_blocking_pairs_are_found_wherever_there_are_any():
    rng = np.random.default_rng(2)
    n_unstable = 0
    for _ in range(300):
        mentees, mentors, capacity = problem(rng, 4, 3)
        mentee_place, mentor_place = places(mentees), places(mentors)
        for choice in itertools.product(range(-1, 3), repeat=4):
            accepted = all(b < 0 or (b in mentee_place[a] and a in mentor_place[b]) for a, b in enumerate(choice))
            if not accepted or any(choice.count(b) > capacity[b] for b in range(3)):
                continue
            blocking = matching.blocking_pairs(list(choice), mentees, mentors, capacity)
            assert (not blocking) is is_stable(choice, mentee_place, mentor_place, capacity)
            n_unstable += bool(blocking)
    assert n_unstable > 1000


def test_every_mentee_has_the_best_mentor_of_any_stable_assignment():
    rng = np.random.default_rng(3)
    n_choice = 0
    for _ in range(200):
        mentees, mentors, _ = problem(rng, 4, 4, ties=0.0, share=0.95)
        capacity = rng.integers(1, 3, 4).tolist() if rng.random() < 0.3 else [1] * 4
        mentee_place, mentor_place = places(mentees), places(mentors)
        found = matching.stable(mentees, mentors, capacity).mentor_of.tolist()
        others = [
            choice
            for choice in itertools.product(range(-1, 4), repeat=4)
            if is_stable(choice, mentee_place, mentor_place, capacity)
        ]
        assert tuple(found) in others
        n_choice += len(others) > 1
        for choice, (a, b) in itertools.product(others, enumerate(found)):
            # Who is unmatched in one stable assignment is so in all (the rural hospitals theorem).
            assert (choice[a] < 0) == (b < 0)
            assert b < 0 or mentee_place[a][b] <= mentee_place[a][choice[a]]
    assert n_choice > 10


def test_ties_go_to_the_earlier_application():
    both_equal = matching.stable([[[0]], [[0]]], [[[1, 0]]], [1])
    assert both_equal.mentor_of.tolist() == [0, -1]
    assert matching.stable([[[1, 0]]], [[[0]], [[0]]], [1, 1]).mentor_of.tolist() == [0]


def test_the_figures_of_a_stable_assignment():
    found = matching.stable([[[0], [1]], [[0]], []], [[[1], [0]], [[0]]], [1, 2])
    assert found.mentor_of.tolist() == [1, 0, -1] and found.matched == 2 and found.loads.tolist() == [1, 1]
    assert math.isnan(found.worst) and found.total == 0 and found.alternatives == ()
    nobody = matching.stable([], [], [])
    assert nobody.mentor_of.tolist() == [] and nobody.certificate.verify(nobody, [], [], [])


def test_a_long_chain_of_refusals_is_no_recursion():
    n = 20_000
    # Everybody has their first choice until the last one comes, whom mentor 0 likes better; then all move on by one.
    mentees = [[[a], [a + 1]] for a in range(n - 1)] + [[[0]]]
    mentors = [[[n - 1], [0]]] + [[[b - 1], [b]] for b in range(1, n)]
    found = matching.stable(mentees, mentors, [1] * n)
    assert found.mentor_of.tolist() == [*range(1, n), 0]


def test_tampered_values_are_refused():
    rng = np.random.default_rng(5)
    refused = 0
    for _ in range(100):
        mentees, mentors, capacity = problem(rng, 8, 5, ties=0.0)
        found = matching.stable(mentees, mentors, capacity)
        verify = found.certificate.verify
        loads = found.loads.copy()
        loads[0] += 1
        changes = [{"matched": found.matched + 1}, {"loads": loads}, {"worst": 0.0}, {"total": 1.0},
                   {"mentor_of": None}, {"mentor_of": found.mentor_of[1:]},
                   {"alternatives": (found.mentor_of,)}]  # fmt: skip
        for a, b in itertools.product(range(8), range(-1, 5)):
            other = found.mentor_of.copy()
            other[a] = b
            accepted = is_stable(other.tolist(), places(mentees), places(mentors), capacity)
            figures = {"mentor_of": other, "matched": int((other >= 0).sum()),
                       "loads": np.bincount(other[other >= 0], minlength=5)}  # fmt: skip
            assert bool(verify(replace(found, **figures), mentees, mentors, capacity)) is accepted
            if b != found.mentor_of[a]:
                changes.append({"mentor_of": other})
        for change in changes:
            report = verify(replace(found, **change), mentees, mentors, capacity)
            assert not report and report.reason
            refused += 1
    assert refused >= 1000


@pytest.mark.parametrize(
    ("mentees", "mentors", "capacity", "words"),
    [
        ([[[0]], [[1]]], [[[0]]], [1], "mentee_preferences, rows 1: an index out of range; expected 0 to 0"),
        ([[[0]], [[-1]]], [[[0]]], [1], "mentee_preferences, rows 1: an index out of range"),
        ([[[0]]], [[[0], [7]]], [1], "mentor_preferences, rows 0: an index out of range"),
        ([[[0]], [[0], [0]]], [[[0]]], [1], "mentee_preferences, rows 1: an index is listed twice"),
        ([[[0]]], [[], [[0, 0]]], [1, 1], "mentor_preferences, rows 1: an index is listed twice"),
        ([[[0]]], [[[0]], []], [1, -2], "capacity, rows 1: is negative"),
        ([[[0]]], [[[0]]], [1, 1], "capacity: expected 1 integers"),
        ([[[0]]], [[[0]]], [0.5], "capacity: expected 1 integers"),
        ([[[0]], [0]], [[[0]]], [1], "mentee_preferences, rows 1: expected a list of groups"),
        ([[[0]], [[0.5]]], [[[0]]], [1], "mentee_preferences, rows 1: expected integers"),
        ([[[0]], [["0"]]], [[[0]]], [1], "mentee_preferences, rows 1: expected integers"),
    ],
)
def test_bad_lists_are_a_value_error_that_names_the_rows(mentees, mentors, capacity, words):
    with pytest.raises(ValueError, match=words) as caught:
        matching.stable(mentees, mentors, capacity)
    assert isinstance(caught.value, matching.MatchingError)


@pytest.mark.parametrize(
    ("mentor_of", "words"),
    [([0], "expected 2 integers"), ([0, 5], "rows 1: unknown mentor 5"), ([0, 0.5], "expected 2 integers")],
)
def test_blocking_pairs_refuse_what_is_no_assignment(mentor_of, words):
    with pytest.raises(matching.MatchingError, match=words):
        matching.blocking_pairs(mentor_of, [[[0]], [[0]]], [[[0, 1]]], [1])
