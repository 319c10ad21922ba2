"""Other settings side by side with the configured ones: figures that add up, and settings that are refused by name."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import matching
from matching.amending import amended, paths
from matching.errors import MatchingError
from matching.scenarios import COLUMNS, OTHERS, compare
from programme.config import Privacy
from tests.unit.matching.people import crowd, frame, mentee, mentor, programme

PEOPLE = crowd(120, 50)


def values(found, side, group=""):
    rows = found[found["group"] == group]
    return dict(zip(rows["metric"], rows[side], strict=True))


def test_both_sides_are_the_proposals_that_the_settings_give():
    changes = {"weights.goals": 0.9, "rules.max_level_gap": 3}
    found = compare(*PEOPLE, programme(), "2024", 1, changes)
    assert tuple(found.columns) == COLUMNS
    configs = {"base": programme(), "scenario": amended(programme(), changes)}
    proposals = {side: matching.match(*PEOPLE, p, "2024", 1, details=False) for side, p in configs.items()}
    for side, proposal in proposals.items():
        summary = proposal.summary.set_index("metric")["value"]
        shown = values(found, side)
        for metric in ("eligible", "matched", "worst_score", "mean_score", "total_score", "preferred_share"):
            assert shown[metric] == pytest.approx(summary[metric])
        assert shown["unmatched"] == summary["eligible"] - summary["matched"]
    mentor_of = {side: dict(zip(p.pairs["mentee_person_id"], p.pairs["mentor_person_id"], strict=True))
                 for side, p in proposals.items()}  # fmt: skip
    a, b = mentor_of["base"], mentor_of["scenario"]
    moved = values(found, "scenario")
    assert moved["pairs_changed"] == sum(a[k] != b[k] for k in a.keys() & b.keys()) > 0
    assert moved["newly_matched"] == len(b.keys() - a.keys())
    assert moved["no_longer_matched"] == len(a.keys() - b.keys())
    assert moved["matched"] - values(found, "base")["matched"] == moved["newly_matched"] - moved["no_longer_matched"]
    known = found[found["base"].notna()]
    assert (known["difference"] - (known["scenario"] - known["base"])).abs().max() < 1e-5


def test_scores_are_compared_by_the_present_weights():
    a = frame([mentee(1, goals="network", skills_wanted="law"), mentee(2, goals="leadership", skills_wanted="it")])
    b = frame([mentor(1, goals="leadership", skills_offered="law"), mentor(2, goals="network", skills_offered="it")],
              mentor)  # fmt: skip
    present = programme(weights={"skills": 1, "goals": 0.5, "interests": 0, "preference": 0, "experience": 0,
                                 "distance": 0}, objective=("total",))  # fmt: skip
    found = compare(a, b, present, "2024", 1, {"weights.goals": 2.0})
    assert values(found, "base")["total_score"] == pytest.approx(2 * 1 / 1.5)
    assert values(found, "scenario")["total_score"] == pytest.approx(2 * 2 / 3)
    assert values(found, "scenario")["total_score_as_configured"] == pytest.approx(2 * 0.5 / 1.5)
    assert values(found, "scenario")["pairs_changed"] == 2


def test_whom_only_the_scenario_lets_in_is_scored_by_the_present_weights_too():
    b = frame([mentor(1, is_trained=False), mentor(2)], mentor)
    found = compare(frame([mentee(1), mentee(2)]), b, programme(), "2024", 1, {"training.inclusion.required": False})
    assert (values(found, "base")["matched"], values(found, "scenario")["matched"]) == (1, 2)
    each = values(found, "base")["total_score_as_configured"]
    assert values(found, "scenario")["total_score_as_configured"] == pytest.approx(2 * each)


def test_without_changes_nothing_differs():
    found = compare(*PEOPLE, programme(), "2024", 1, {})
    assert (found["difference"].dropna() == 0).all()
    assert values(found, "scenario")["pairs_changed"] == 0


def test_groups_add_up_and_small_ones_are_put_together():
    config = programme()
    found = compare(*PEOPLE, config, "2024", 1, {"weights.goals": 0.9})
    for column in ("division_id", "level"):
        rows = found[found["group"].str.startswith(column)]
        n = rows[rows["metric"] == "eligible"].set_index("group")
        share = rows[rows["metric"] == "match_share"].set_index("group")
        assert len(n) > 3 and (n["base"] >= 10).all()
        for side in ("base", "scenario"):
            assert n[side].sum() == values(found, side)["eligible"]
            assert (n[side] * share[side]).sum() == pytest.approx(values(found, side)["matched"], abs=1e-3)
    strict = config.model_copy(update={"privacy": Privacy(min_cell=24)})
    grouped = compare(*PEOPLE, strict, "2024", 1, {})
    n = grouped[(grouped["metric"] == "eligible") & (grouped["group"] != "")].set_index("group")["base"]
    assert f"level={OTHERS}" in n.index and (n >= 24).all()
    alone = compare(frame([mentee(1), mentee(2)]), frame([mentor(1)], mentor), config, "2024", 1, {})
    assert (alone["group"] == "").all()


def test_rows_in_another_order_give_the_same_comparison():
    changes = {"rules.max_level_gap": 3}
    first = compare(*PEOPLE, programme(), "2024", 1, changes)
    again = compare(*(p.sample(frac=1, random_state=3) for p in PEOPLE), programme(), "2024", 1, changes)
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize(
    "changes",
    [{"weights.preference": 0}, {"objective": ["participation", "total"]}, {"lottery.is_used": True},
     {"near_optimal": 3}, {"rules.common_language": False, "preferred": [{"rule": "common_language", "penalty": 0.1}]}],
    ids=["weight", "objective", "lottery", "near optimal", "preferred"],
)  # fmt: skip
def test_settings_of_every_kind_can_be_tried(changes):
    found = compare(*crowd(40, 15), programme(), "2024", 1, changes)
    assert values(found, "scenario")["matched"] > 0
    assert not math.isnan(values(found, "scenario")["mean_score_as_configured"])


def test_every_setting_of_the_matching_can_be_named_and_no_person():
    known = paths(programme())
    assert {"weights.goals", "rules.max_level_gap", "objective", "training.inclusion.required"} <= known.keys()
    assert not {"overrides", "conflicts", "approvers", "seed"} & known.keys()
    assert all(known.values())  # each is described


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights.gaols": 1}, r"weights.gaols: there is no such setting. Did you mean weights.goals\? Paths that can"),
        ({"approvers": ["eve"]}, "approvers: there is no such setting"),
        ({"weights": 1}, "weights: there is no such setting"),
        ({"weights.goals": -1}, r"weights.goals: expected greater than or equal to 0; found '-1' \(Professional goals"),
        ({"rules.not_same_team": "perhaps"}, "rules.not_same_team: expected a valid boolean.*found 'perhaps'"),
        ({"objective": ["luck"]}, "objective.0: expected 'participation', 'worst_off'"),
        ({"rules.min_level_gap": 5, "rules.max_level_gap": 2}, "rules: expected min_level_gap <= max_level_gap"),
    ],
)
def test_what_cannot_be_tried_is_named_with_what_can(changes, message):
    with pytest.raises(MatchingError, match=message):
        amended(programme(), changes)
