"""Prices of places, rules, decisions and levels; prices from the cover are those that solving again gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import recruiting, values
from matching.solving import solve
from tests.unit.matching.explanation_cases import make


def _random(seed):
    rng = np.random.default_rng(seed)
    points = [[None if rng.random() < 0.6 else int(rng.integers(1, 100)) for _ in range(6)] for _ in range(9)]
    return make(points, capacity=rng.integers(1, 3, 6).tolist())


@pytest.mark.parametrize("seed", range(8))
def test_the_price_of_a_place_is_exactly_what_one_more_place_adds(seed):
    problem = _random(seed)
    solved = solve(problem)
    cheap = values.mentor_prices(problem, solved, limit=0)
    full = values.mentor_prices(problem, solved)
    assert set(cheap["method"]) == {"prices"} and set(full["method"]) == {"solved"}
    assert cheap["matched"].tolist() == full["matched"].tolist()
    for j in range(6):
        capacity = problem.capacity.copy()
        capacity[j] += 1
        after = solve(replace(problem, capacity=capacity))
        assert full["matched"][j] == after.matched - solved.matched
        assert full["total"][j] == pytest.approx(after.total - solved.total)
    assert cheap["total"].isna().all()


def test_without_participation_first_no_price_is_claimed():
    problem = make([[50], [60]], objective=("total",))
    assert values.mentor_prices(problem, solve(problem), limit=0)["matched"].isna().all()
    assert values.mentor_prices(problem, solve(problem))["total"].tolist() == [0.5]


def test_the_price_of_a_rule_is_what_switching_it_off_gains():
    problem = make([[90, 50], [80, 40]], broken={
        (0, 0): ("not_same_team",), (0, 1): ("not_same_team", "meeting_mode"), (1, 1): ("himself",)})  # fmt: skip
    found = values.rule_prices(problem, solve(problem).mentor_of).set_index("rule")
    assert "himself" not in found.index and "forbidden_pair" not in found.index
    assert found.loc["not_same_team", ["n_pairs", "n_alone", "matched"]].tolist() == [2, 1, 0]
    assert found.loc["not_same_team", "total"] == pytest.approx(0.1)
    assert found.loc["meeting_mode", ["n_pairs", "n_alone", "matched", "total"]].tolist() == [1, 0, 0, 0]


def test_the_price_of_decisions():
    problem = make([[90, 50], [80, 70]], locked=((0, 1),), broken={(1, 1): ("forbidden_pair",)})
    found = values.decision_prices(problem, solve(problem).mentor_of)
    assert found[["kind", "mentee", "mentor"]].to_numpy().tolist() == [["lock", 1, 102], ["forbid", 2, 102]]
    # Without the lock nothing gets better while the pair 2-102 stays forbidden: 1-101 would leave mentee 2 out.
    assert found["total"].tolist() == [0, 0] and found["matched"].tolist() == [0, 0]
    problem = make([[90, 50], [80, 70]], locked=((0, 1),))
    found = values.decision_prices(problem, solve(problem).mentor_of)
    assert found["total"].tolist() == [pytest.approx(0.3)] and found["worst"].tolist() == [pytest.approx(0.2)]


def test_a_level_costs_what_the_next_ones_would_gain_without_it():
    problem = make([[90, 60], [65, 30]], objective=("participation", "worst_off", "total"))
    found = values.level_costs(problem, solve(problem).mentor_of).set_index(["left_out", "level"])
    assert found.loc[("worst_off", "worst_off"), ["value", "without"]].tolist() == [0.6, 0.6]
    problem = make([[90, 60], [70, 20]], objective=("participation", "worst_off", "total"))
    problem.score[0, 0] = 1_200_000
    found = values.level_costs(problem, solve(problem).mentor_of).set_index(["left_out", "level"])
    assert found.loc[("worst_off", "worst_off"), ["value", "without"]].tolist() == [0.6, 0.2]
    assert found.loc[("worst_off", "total"), ["value", "without"]].tolist() == [1.3, 1.4]
    assert ("participation|worst_off", "total") in found.index


def test_what_to_recruit_counts_the_wants_of_those_without_a_mentor_or_badly_matched():
    problem = make([[90, None], [None, 30], [50, None], [40, None]],
                   skills={0: "quality", 1: "law", 2: "law|finance", 3: "law"},
                   offers={0: "finance", 1: "strategy"})  # fmt: skip
    mentor_of = solve(problem).mentor_of
    found = recruiting.wanted(problem, mentor_of)
    law = found.iloc[0]
    assert law[["kind", "code", "n_mentees", "n_unmatched", "n_mentors", "n_missing"]].tolist() == [
        "skill", "law", 3, 2, 0, 3]  # fmt: skip
    assert "quality" not in set(found["code"])
    assert recruiting.advice(found, "en").startswith("Most needed are mentors with these skills. Law: wanted by 3")
    assert "Juridik: önskas av 3" in recruiting.advice(found, "sv")
    groups = recruiting.profiles(problem, mentor_of, places=2)
    assert groups.to_numpy().tolist() == [[2, "", "en|sv", "law|finance"]]
    assert recruiting.profiles(problem, mentor_of)["n_mentees"].tolist() == [1, 1]


def test_mentees_bound_to_different_places_are_not_put_with_one_mentor():
    problem = make([[None], [None], [None]])
    problem.mentees["meeting_mode"] = ["in_person", "in_person", "remote"]
    problem.mentees["location"] = ["Umeå", "Lund", "Lund"]
    groups = recruiting.profiles(problem, solve(problem).mentor_of, places=3)
    assert sorted(groups["location"]) == ["", "Lund", "Umeå"] and groups["n_mentees"].tolist() == [1, 1, 1]
    wanted = recruiting.wanted(problem, solve(problem).mentor_of)
    assert wanted[wanted["kind"] == "location"]["code"].tolist() == ["Lund", "Umeå"]


def test_nobody_lacking_is_said():
    problem = make([[90]])
    assert recruiting.advice(recruiting.wanted(problem, solve(problem).mentor_of), "sv").startswith("Det saknas inga")
