"""The panel's figures against counting by hand, and no small group's figures by subtraction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import matching
from matching.fairness import COLUMNS, blocking, envy, panel
from matching.solving import solve
from matching.whatif import ranks
from tests.unit.matching.explanation_cases import make


def _crowd(seed, n=90, m=60):
    rng = np.random.default_rng(seed)
    wishes = {k: 101 + int(rng.integers(m)) for k in range(0, n, 2)}
    return make(rng.integers(1, 100, (n, m)).tolist(), wishes=wishes), rng


def _value(frame, metric, group="all"):
    row = frame[(frame["metric"] == metric) & (frame["group_value"] == group)].iloc[0]
    return row["value"]


def test_figures_of_all_by_hand():
    problem = make([[90, 60], [80, 20], [70, None]], wishes={0: 101, 1: 101, 2: 102})
    mentor_of = np.array([1, 0, -1])
    found = panel(problem, mentor_of, min_cell=1)
    assert tuple(found.columns) == COLUMNS
    expected = {"match_share": 2 / 3, "mean_score": 0.7, "rank_1": 0.5, "rank_2": 0.5, "choice_1": 1 / 3,
                "choice_none": 2 / 3, "envy": 2 / 3, "blocking": 1 / 3}  # fmt: skip
    for metric, value in expected.items():
        assert _value(found, metric) == pytest.approx(value, abs=1e-6), metric
    assert found.set_index("metric").loc["worst_score", "is_hidden"]
    assert ranks(problem, mentor_of).tolist() == [2, 1, 0]
    assert envy(problem, mentor_of).tolist() == [True, False, True]


@pytest.mark.parametrize("seed", range(5))
def test_envy_and_blocking_pairs_by_going_through_all_pairs(seed):
    rng = np.random.default_rng(seed)
    points = [[None if rng.random() < 0.3 else int(rng.integers(0, 9)) for _ in range(5)] for _ in range(7)]
    problem = make(points, capacity=[1, 2, 1, 1, 2])
    locked = tuple(map(tuple, np.argwhere(problem.forbidden == 0)[:1].tolist()))
    problem = make(points, capacity=[1, 2, 1, 1, 2], locked=locked)
    mentor_of = solve(problem).mentor_of
    found = blocking(problem, mentor_of)
    own = [problem.score[i, j] if j >= 0 else -1 for i, j in enumerate(mentor_of)]
    for i in range(7):
        better = [j for j in range(5) if not problem.forbidden[i, j] and problem.score[i, j] > own[i]]
        assert envy(problem, mentor_of)[i] == any(j in mentor_of for j in better)
        for j in range(5):
            held = [k for k in range(7) if mentor_of[k] == j]
            has_room = len(held) < problem.capacity[j]
            worse = [k for k in held if own[k] < problem.score[i, j] and (k, j) not in locked]
            is_locked = any(a == i for a, _ in locked)
            assert found[i, j] == (j in better and not is_locked and (has_room or bool(worse)))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("min_cell", [5, 10])
def test_hidden_groups_are_two_or_more_and_together_no_small_count(seed, min_cell):
    problem, rng = _crowd(seed)
    mentor_of = solve(problem).mentor_of
    labels = pd.Series(rng.choice(["a", "b", "c", "d"], 90, p=[0.5, 0.35, 0.1, 0.05]))
    found = panel(problem, mentor_of, {"sex": labels}, min_cell=min_cell)
    groups = found[(found["group_dimension"] == "sex") & (found["metric"] == "match_share")].set_index("group_value")
    hidden = groups.index[groups["is_hidden"]]
    assert len(hidden) != 1
    assert found.loc[found["is_hidden"], ["value", "n"]].isna().all().all()
    assert set(found.loc[found["is_hidden"], "hidden_reason"]) == {"too_few"}
    matched = mentor_of >= 0
    for mask in [labels.isin(hidden), *[labels == g for g in groups.index if g not in hidden]]:
        for part in (matched, ~matched):
            count = int((mask.to_numpy() & part).sum())
            assert not 0 < count < min_cell or len(hidden) == len(groups)
    shown = found[(found["group_dimension"] == "sex") & ~found["is_hidden"]]
    for row in shown.to_dict("records"):
        if row["metric"].startswith(("rank", "choice", "envy", "blocking", "match")):
            if row["n"] == 0:
                continue
            yes = round(row["value"] * row["n"])
            assert row["n"] >= min_cell and not 0 < yes < min_cell and not 0 < row["n"] - yes < min_cell


def test_a_small_group_alone_takes_the_next_smallest_with_it():
    problem, _ = _crowd(1, 90, 45)
    labels = pd.Series(["a"] * 40 + ["b"] * 45 + ["c"] * 5)
    found = panel(problem, solve(problem).mentor_of, {"age": labels}, min_cell=5)
    sizes = found[found["metric"] == "envy"].set_index("group_value")["is_hidden"]
    assert not sizes["all"]
    found = panel(problem, solve(problem).mentor_of, {"age": labels}, min_cell=6)
    match = found[found["metric"] == "match_share"].set_index("group_value")["is_hidden"]
    assert match.to_dict() == {"all": False, "a": True, "b": False, "c": True}


def test_missing_labels_are_a_group_and_labels_of_other_people_are_refused():
    problem = make([[90, 60], [80, 20]])
    mentor_of = solve(problem).mentor_of
    found = panel(problem, mentor_of, {"sex": pd.Series(["k", None])}, min_cell=1)
    assert set(found["group_value"]) == {"all", "k", "unknown"}
    with pytest.raises(matching.MatchingError, match="expected 2 labels"):
        panel(problem, mentor_of, {"sex": pd.Series(["k"])})


def test_the_panel_is_whole_without_people():
    problem = make([[]])
    found = panel(problem, solve(problem).mentor_of)
    assert _value(found, "match_share") == 0 or found["is_hidden"].all()
