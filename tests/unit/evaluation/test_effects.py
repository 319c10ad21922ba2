import numpy as np
import pandas as pd
import pytest

import evaluation
from evaluation.effects import effects
from evaluation.frames import ordered
from evaluation.ladder import Gates, climb
from evaluation.trials import trial
from programme.period import Period
from tests.unit.evaluation.organisation import context, frames, programme


def test_a_planted_effect_is_found_and_a_planted_nought_is_not():
    with_effect, without = [], []
    for seed in range(7):
        for effect, found in ((0.10, with_effect), (0.0, without)):
            given = ordered(frames(2000, 150, seed, effect, as_of="2025Q4"))
            rows = pd.DataFrame(effects(given, programme(), Period(2025, 4)))
            found.append(rows[rows["cohort"] == "2024"].set_index(["outcome", "design"]))
    figures = ["value", "low", "high"]
    true = 0.2  # what the simulation adds to a mentee's wellbeing
    found = np.array([t.loc[("wellbeing", "weighting"), figures] for t in with_effect], dtype=float)
    naive = np.array([t.loc[("wellbeing", "naive"), "value"] for t in with_effect], dtype=float)
    none = np.array([t.loc[("retention", "weighting"), figures] for t in without], dtype=float)
    assert ((found[:, 1] <= true) & (true <= found[:, 2])).sum() >= 5
    assert abs(found[:, 0].mean() - true) < 0.08
    assert naive.mean() - true > 0.1  # those who apply thrive anyway
    assert ((none[:, 1] <= 0) & (none[:, 2] >= 0)).sum() >= 5
    stay = np.array([t.loc[("retention", "weighting"), "value"] for t in with_effect], dtype=float)
    assert 0.03 < stay.mean() < 0.12


@pytest.fixture(scope="module")
def given() -> dict[str, pd.DataFrame]:
    return ordered(frames(n=1200, n_mentees=100, seed=3))


def test_arms_are_those_of_the_match_decision(given):
    plan = programme()
    one = trial(given, plan, plan.cohort("2024"), "eligible_non_applicants")
    people = given["participant"]
    by_then = people[people["cohort"] == "2024"]
    matched = set(by_then.loc[(by_then["role"] == "mentee") & by_then["is_matched"], "person_id"])
    control = one.people[~one.people["is_treated"]]
    assert set(one.people.loc[one.people["is_treated"], "person_id"]) <= matched
    assert not set(control["person_id"]) & set(by_then["person_id"])
    assert (control["level"] <= 5).all() and (control["tenure_years"] >= 1).all()
    later = set(people.loc[(people["cohort"] == "2025") & (people["role"] == "mentee"), "person_id"])
    assert set(control["person_id"]) & later  # the future decides nothing: who is a mentee later is a control now


def test_pools_are_never_merged(given):
    plan = programme()
    unmatched = trial(given, plan, plan.cohort("2025"), "unmatched_applicants")
    open_ = trial(given, plan, plan.cohort("2025"), "eligible_non_applicants")
    pools = [set(t.people.loc[~t.people["is_treated"], "person_id"]) for t in (unmatched, open_)]
    assert pools[0] and not pools[0] & pools[1]


def test_nobody_who_had_left_before_the_match_is_at_risk(given):
    plan = programme()
    panel = given["panel"].assign(left_on=pd.NaT)
    leavers = panel[(panel["period"] == "2024Q4") & panel["has_left"]].index[:5]
    panel["left_on"] = panel["left_on"].astype("datetime64[s]")
    panel.loc[leavers, "left_on"] = pd.Timestamp("2024-10-05")
    one = trial({**given, "panel": panel}, plan, plan.cohort("2024"), "eligible_non_applicants")
    assert not set(panel.loc[leavers, "person_id"]) & set(one.people["person_id"])


def test_few_mentees_are_too_little_data():
    table = evaluation.evaluate(frames(600, 30, 2), programme(), context())["effect"]
    read = table[(table["cohort"] == "2024")]
    assert set(read["status"]) == {"too_little_data"}
    assert set(read[read["design"] == "weighting"]["wording"]) == {"too_little_data"}
    assert read[["value", "low", "high", "p_value"]].isna().all().all()


def test_without_randomisation_nothing_is_said_to_be_caused():
    table = evaluation.evaluate(frames(1200, 100, 3, 0.1), programme(), context())["effect"]
    is_naive = table["design"] == "naive"
    assert set(table[~is_naive]["wording"]) <= {"associated_with", "too_little_data"}
    assert set(table[is_naive]["wording"]) == {""}


def test_the_ladder_opens_gate_by_gate():
    gates = ("is_balanced", "is_powered", "has_overlap", "has_parallel_trends", "is_robust_to_unmeasured")
    passed = dict.fromkeys(gates, True)
    assert climb(Gates(False)).wording == "too_little_data"
    assert climb(Gates(True, **passed)).wording == "consistent_with"
    for gate in gates:
        for closed in (None, False):
            verdict = climb(Gates(True, **{**passed, gate: closed}))
            assert (verdict.wording, verdict.decided_by) == ("associated_with", gate)
    assert climb(Gates(True, is_randomised=True, is_balanced=True, is_powered=True)).wording == "causal"
    assert climb(Gates(True, is_randomised=True)).wording == "associated_with"
