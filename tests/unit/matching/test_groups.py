"""Networking groups: sizes, teams apart, everybody meets as many as can be, and the bound holds."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from matching.errors import MatchingError
from matching.group_search import cost_of
from matching.group_solver import part_by_part, whole
from matching.groups import COLUMNS, _hall, plan
from tests.unit.matching.people import pid


def people(n, team_size=1, division_size=None, label="person"):
    """Person k in team k // team_size; without a division size in no division."""
    return pd.DataFrame({
        "person_id": [pid(f"{label} {k}") for k in range(n)],
        "application_id": range(1, n + 1),
        "organisation_id": [f"T{k // team_size}" for k in range(n)],
        "division_id": pd.Series([f"D{k // division_size}" if division_size else None for k in range(n)], dtype=object),
    })  # fmt: skip


def figures(found):
    return dict(zip(found.figures["figure"], found.figures["value"], strict=True))


def meetings(found):
    """Every meeting of two as a pair of application numbers, counted from the plan itself."""
    return [
        pair
        for _, group in found.groups.groupby(["round", "group"])
        for pair in itertools.combinations(sorted(group["application_id"]), 2)
    ]


@pytest.mark.parametrize(("n", "low", "high"), [(14, 3, 4), (23, 4, 6), (31, 2, 5), (5, 2, 9)])
def test_everybody_is_in_one_group_a_round_and_sizes_are_within_bounds(n, low, high):
    found = plan(people(n), 3, low, high, 1, effort=0.2)
    assert tuple(found.groups.columns) == COLUMNS
    for _, row in found.groups.groupby("round"):
        assert sorted(row["application_id"]) == list(range(1, n + 1))
        sizes = row.groupby("group").size()
        assert sizes.between(low, high).all() and sizes.max() - sizes.min() <= 1
        first = row.groupby("group")["application_id"].min()
        assert first.is_monotonic_increasing


@pytest.mark.parametrize(("n", "rounds", "size"), [(9, 4, 3), (8, 7, 2), (16, 5, 4)], ids=["9 in 3s", "8 in 2s", "16"])
def test_the_social_golfer_problem_is_solved_everybody_meets_everybody(n, rounds, size):
    found = plan(people(n), rounds, size, size, 1)
    assert sorted(meetings(found)) == list(itertools.combinations(range(1, n + 1), 2))
    assert figures(found)["gap"] == 0 and (found.acquaintances == n - 1).all()


@pytest.mark.parametrize("rounds", [2, 3])
def test_no_plan_of_six_people_is_better_by_trial_of_all(rounds):
    found = figures(plan(people(6), rounds, 3, 3, 1))
    assert found["new_acquaintances"] == _most_by_trying_all(6, 3, rounds) == found["bound"]


def test_the_solver_finds_and_proves_the_best_plan_by_itself():
    hall = _hall(people(6), 2, [])
    poor = np.stack([hall.deal(np.random.default_rng(1))] * 3)
    best, bound = whole(hall, poor, 15, 2.0)
    assert _met(hall, best) == bound == _most_by_trying_all(6, 3, 3) < 15


def _met(hall, seats):
    """Pairs of strangers who meet."""
    return int(((seats[:, :, None] == seats[:, None, :]).any(axis=0) & hall.fresh).sum()) // 2


def _most_by_trying_all(n, size, rounds):
    halves = [set(c) for c in itertools.combinations(range(n), size) if 0 in c]
    pairs = [
        {p for side in (half, set(range(n)) - half) for p in itertools.combinations(sorted(side), 2)} for half in halves
    ]
    return max(len(set.union(*chosen)) for chosen in itertools.combinations_with_replacement(pairs, rounds))


@pytest.mark.parametrize(("n", "team_size", "size"), [(12, 3, 4), (30, 5, 6), (24, 8, 6)])
def test_nobody_meets_their_own_team_unless_numbers_force_it(n, team_size, size):
    found = plan(people(n, team_size), 4, size, size, 2, effort=0.3)
    n_groups = n // size
    spread = [team_size // n_groups + (k < team_size % n_groups) for k in range(n_groups)]
    forced = 4 * (n // team_size) * sum(k * (k - 1) // 2 for k in spread)
    inside = sum((a - 1) // team_size == (b - 1) // team_size for a, b in meetings(found))
    assert inside == forced == figures(found)["same_team_pairs"] == figures(found)["same_team_least"]


def test_divisions_are_mixed_where_it_costs_no_acquaintance():
    found = figures(plan(people(36, 2, 9), 3, 4, 4, 1))
    assert found["gap"] == 0
    assert found["same_division_pairs"] == found["same_division_least"] == 0


def test_who_knows_each_other_is_kept_apart_and_not_counted_as_new():
    known = [(pid(f"person {k}"), pid(f"person {k + 6}")) for k in range(6)] + [(pid("person 1"), pid("a stranger"))]
    found = plan(people(12), 2, 3, 3, 1, met=known)
    assert not {(k + 1, k + 7) for k in range(6)} & set(meetings(found))
    assert figures(found)["pairs_known"] == 0 and figures(found)["new_acquaintances"] == 24


def test_figures_agree_with_the_plan():
    found = plan(people(26, 2, 6), 5, 4, 5, 3, effort=0.2)
    met = pd.Series(meetings(found)).value_counts()
    new = met[[(a - 1) // 2 != (b - 1) // 2 for a, b in met.index]]
    f = figures(found)
    assert f["new_acquaintances"] == len(new) <= f["bound"]
    assert f["pairs_repeated"] == (new - 1).sum()
    assert f["same_division_pairs"] == sum(n for (a, b), n in met.items() if (a - 1) // 6 == (b - 1) // 6)
    each = np.bincount([p for pair in new.index for p in pair], minlength=27)[1:]
    assert found.acquaintances.tolist() == each.tolist()
    assert f["mean_acquaintances"] == pytest.approx(each.mean()) and f["min_acquaintances"] == each.min()


def test_only_the_seed_and_application_numbers_decide():
    given = people(21, 3, 7)
    first = plan(given, 4, 3, 4, 5, effort=0.5).groups
    again = plan(given.sample(frac=1, random_state=2), 4, 3, 4, 5, effort=0.5).groups
    assert first.to_csv().encode() == again.to_csv().encode()
    rotated = plan(people(21, 3, 7, "other key"), 4, 3, 4, 5, effort=0.5).groups
    pd.testing.assert_frame_equal(first.drop(columns="person_id"), rotated.drop(columns="person_id"))
    assert not first.equals(plan(given, 4, 3, 4, 6, effort=0.5).groups)


def test_the_exact_solver_betters_a_poor_plan_whole_and_part_by_part():
    hall = _hall(people(16, 2), 4, [])
    poor = np.stack([hall.deal(np.random.default_rng(1))] * 4)  # the same round four times
    better = part_by_part(hall, poor, 1.0)
    assert cost_of(hall, better) < cost_of(hall, poor)
    best, bound = whole(hall, poor, 96, 1.0)
    assert _met(hall, poor) == 24 < _met(hall, best) <= bound <= 96
    assert all(np.bincount(row, minlength=4).tolist() == [4] * 4 for row in (*better, *best))


def test_a_crowd_is_planned_with_a_bound():
    found = figures(plan(people(200, 4, 40), 6, 5, 6, 1, effort=1))
    assert found["gap"] < 0.01 and found["same_team_pairs"] == 0
    assert found["min_acquaintances"] >= 24


def test_application_numbers_may_overlap_between_roles_if_the_role_is_given():
    both = pd.concat([people(4).assign(role="mentee"), people(4, label="mentor").assign(role="mentor")])
    found = plan(both, 2, 4, 4, 1)
    assert len(found.groups) == 16
    with pytest.raises(MatchingError, match="application_id more than once; keep one application each, or give"):
        plan(both.drop(columns="role"), 2, 4, 4, 1)


def test_nobody_is_a_plan_too():
    assert len(plan(people(0), 2, 3, 4, 1).groups) == 0


@pytest.mark.parametrize(
    ("given", "arguments", "message"),
    [
        (people(7), (2, 4, 4), "7 people cannot be split into groups of 4 to 4; widen the bounds"),
        (people(7), (0, 3, 4), "n_rounds: expected 1 or more, got 0"),
        (people(7), (2, 5, 4), "expected 2 <= size_min <= size_max, got 5 and 4"),
        (people(7).drop(columns="division_id"), (2, 3, 4), "columns division_id are missing"),
        (people(7).assign(person_id="p"), (2, 3, 4), "person_id more than once; keep one row each"),
        (people(400), (6, 100, 100), "118800 meetings of two; expected at most 60000"),
    ],
)
def test_what_cannot_be_planned_is_named(given, arguments, message):
    with pytest.raises(MatchingError, match=message):
        plan(given, *arguments, 1)
