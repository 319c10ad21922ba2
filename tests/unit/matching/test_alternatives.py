"""Near-optimal alternatives: feasible, near, distinct, the same every time, and checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import matching
from matching.alternatives import TOLERANCE
from tests.unit.matching.problems import OBJECTIVES, Case, random_case


def cohort(rng, n=60, m=40, n_locked=4):
    case = random_case(rng, n, m, density=0.6, most=3, n_locked=n_locked)
    return replace(case, score=np.round(rng.random(len(case.score)), 6))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_alternatives_keep_locks_match_as_many_and_come_near(objective):
    rng = np.random.default_rng(1)
    n_found = 0
    for _ in range(4):
        case = cohort(rng)
        score = {(a, b): x for a, b, x in zip(*(part.tolist() for part in case.pairs), strict=True)}
        found = case.solve(objective, alternatives=5)
        assert len({other.tobytes() for other in (found.mentor_of, *found.alternatives)}) == 1 + len(found.alternatives)
        for other in found.alternatives:
            pairs = [(a, b) for a, b in enumerate(other.tolist()) if b >= 0]
            assert len(pairs) == found.matched and all(other[a] == b for a, b in case.locked)
            assert (np.bincount([b for _, b in pairs], minlength=40) <= case.capacity).all()
            assert sum(score[pair] for pair in pairs) >= (1 - TOLERANCE) * found.total - 1e-9
        assert case.verify(found, objective)
        n_found += len(found.alternatives)
    # Where participation is not aimed at, or costs score, there may be none.
    assert n_found == 20 or "total" not in objective or objective[0] != "participation"


def test_they_are_the_same_every_time_and_for_rows_in_any_order():
    rng = np.random.default_rng(2)
    case = cohort(rng)
    first, again = (case.solve(("participation", "total"), alternatives=4).alternatives for _ in range(2))
    order = rng.permutation(len(case.score))
    shuffled = Case(*(part[order] for part in case.pairs), 60, case.capacity, case.locked)
    third = shuffled.solve(("participation", "total"), alternatives=4).alternatives
    assert len(first) == 4
    for one, two, three in zip(first, again, third, strict=True):
        assert np.array_equal(one, two) and np.array_equal(one, three)


def test_the_optimum_does_not_depend_on_how_many_are_asked_for():
    case = cohort(np.random.default_rng(3))
    alone, with_others = case.solve(("participation", "total")), case.solve(("participation", "total"), alternatives=3)
    assert alone.alternatives == () and np.array_equal(alone.mentor_of, with_others.mentor_of)


def test_equal_scores_have_alternatives_too_and_an_only_choice_has_none():
    i, j = np.divmod(np.arange(9), 3)
    equal = matching.assign(i, j, np.zeros(9), n_mentees=3, capacity=[1, 1, 1], alternatives=2)
    assert len(equal.alternatives) == 2
    assert matching.assign([0], [0], [1.0], n_mentees=1, capacity=[1], alternatives=2).alternatives == ()
    assert matching.assign([], [], [], n_mentees=2, capacity=[1], alternatives=2).alternatives == ()


def test_a_tampered_alternative_is_refused_even_when_it_is_sealed_anew():
    objective = ("participation", "total")
    case = cohort(np.random.default_rng(4))
    found = case.solve(objective, alternatives=2)
    a, b = found.alternatives
    some_mentee = int(np.flatnonzero(a >= 0)[-1])
    left_out, crowded, unlocked = a.copy(), a.copy(), a.copy()
    left_out[some_mentee] = -1
    crowded[:] = int(np.argmax(case.capacity))
    unlocked[case.locked[0][0]] = -1
    poor = replace(case, score=-case.score).solve(objective).mentor_of
    for others in ((a, a), (found.mentor_of, b), (left_out, b), (crowded, b), (unlocked, b), (poor, b), (a[:-1], b),
                   (a + 100, b), (a.astype(float), b)):  # fmt: skip
        changed = replace(found, alternatives=others)
        assert not case.verify(changed, objective)
        sealed = replace(found.certificate, seal=found.certificate.sealed_by(changed))
        assert "alternative" in case.verify(changed, objective, sealed).reason
    assert "seal" in case.verify(replace(found, alternatives=(b, a)), objective).reason


@pytest.mark.parametrize("number", [-1, 1.5, True, "two"])
def test_a_number_that_is_none_is_an_error(number):
    with pytest.raises(matching.MatchingError, match="alternatives: expected a number"):
        matching.assign([0], [0], [1.0], n_mentees=1, capacity=[1], alternatives=number)
