"""Pairs that survive other weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import matching
from matching.robustness import survival
from matching.solving import solve
from tests.unit.matching.explanation_cases import make

# Two components of two mentees and two mentors; with equal weights the diagonal wins by little.
PARTS = {"skills": np.array([[0.9, 0.5], [0.5, 0.9]]), "goals": np.array([[0.1, 0.52], [0.45, 0.1]])}


def rescore(weights):
    total = sum(weights[name] * part for name, part in PARTS.items()) / sum(weights.values())
    return np.rint(total * 1_000_000).astype(np.int32)


def _problem(weights):
    problem = replace(make([[1, 1], [1, 1]], objective=("participation", "total")), weights=weights)
    return replace(problem, score=rescore(weights))


def test_pairs_that_hang_on_a_weight_do_not_survive_it():
    problem = _problem({"skills": 1.0, "goals": 1.0})
    mentor_of = solve(problem).mentor_of
    found = survival(problem, mentor_of, rescore, draws=20, seed=3)
    kept = found.changes.set_index(["change", "factor"])["n_kept"]
    assert mentor_of.tolist() == [0, 1]
    assert [kept["skills", 0.9], kept["skills", 1.1], kept["goals", 0.9], kept["goals", 1.1]] == [0, 2, 2, 0]
    assert found.pairs["share_kept"].tolist() == [found.changes["share_kept"].mean()] * 2
    assert "0 of 2 pairs stay" in found.text("en") and "less weight on skills" in found.text("en")
    assert "består 0 av 2 par" in found.text("sv") and "mindre vikt vid färdigheter" in found.text("sv")
    again = survival(problem, mentor_of, rescore, draws=20, seed=3)
    assert again.changes.equals(found.changes)
    assert not survival(problem, mentor_of, rescore, draws=20, seed=4).changes.equals(found.changes)


def test_clear_pairs_survive_and_a_weight_of_nothing_is_not_changed():
    problem = _problem({"skills": 1.0, "goals": 0.0})
    found = survival(problem, solve(problem).mentor_of, rescore, draws=2)
    assert found.changes["change"].tolist() == ["skills", "skills", "all", "all"]
    assert found.pairs["share_kept"].tolist() == [1, 1]
    assert found.text("en") == "If the weights are changed by 10 per cent, 2 of 2 pairs stay whichever change is made."


def test_wrong_arguments_are_named():
    problem = _problem({"skills": 1.0, "goals": 1.0})
    with pytest.raises(matching.MatchingError, match="share: expected"):
        survival(problem, solve(problem).mentor_of, rescore, share=10)
    with pytest.raises(matching.MatchingError, match="rescore: expected scores of shape"):
        survival(problem, solve(problem).mentor_of, lambda w: np.zeros((1, 1), np.int32))


def test_without_pairs_it_says_so():
    problem = make([[None]])
    found = survival(problem, solve(problem).mentor_of, lambda w: problem.score)
    assert found.text("sv") == "Det finns inga par att pröva."
