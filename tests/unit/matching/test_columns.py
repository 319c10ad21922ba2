"""Solving on some of the pairs first gives what solving on all of them gives."""

from __future__ import annotations

import numpy as np
import pytest

from matching import columns
from tests.unit.matching.problems import OBJECTIVES, random_case


@pytest.fixture
def few_at_first(monkeypatch):
    """Begin with two pairs a mentee however small the problem, and add one at a time."""
    for name, value in (("_ALL_BELOW", 0), ("_DENSE", 0), ("_BEST", 1), ("_SPREAD", 1), ("_ADDED", 1)):
        monkeypatch.setattr(columns, name, value)


@pytest.mark.usefixtures("few_at_first")
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_small_problems_equal_brute_force_and_ties_go_to_the_earlier_mentees(objective):
    rng = np.random.default_rng(9)
    for _ in range(40):
        case = random_case(rng, 5, 3, density=0.9, decimals=int(rng.choice([0, 6])), n_locked=int(rng.integers(0, 2)))
        found = case.solve(objective)
        assert case.verify(found, objective)
        best = case.best(objective)
        optimal = [choice for choice in case.feasible() if case.worth(choice, objective) == best]
        assert tuple(found.mentor_of.tolist()) in optimal
        matched = [tuple(b >= 0 for b in choice) for choice in optimal]
        assert tuple((found.mentor_of >= 0).tolist()) == max(matched)
