"""What is planted is there: effects of the size told in the truth, and a naive comparison that misleads."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from programme.period import Period
from sources.sample import Sample
from sources.sample.careers import day, hazards, is_active
from sources.sample.planted import Planted
from tests.unit.sample.changes import rows_of
from tests.unit.sample.runs import NO_PAIRS, random_pairs, run


@pytest.fixture(scope="module")
def sample():
    return Sample(n_employees=3000)


@pytest.fixture(scope="module")
def made(sample):
    return run(sample)


@pytest.fixture(scope="module")
def pairs(made):
    states = {a.state.period[:4]: a.state for a in made if a.state.period.endswith("Q3")}
    return {cohort: random_pairs(state, cohort) for cohort, state in states.items()}


def people_of(made):
    return [p for a in made for p in a.truth.people if p["is_exposed"]]


def test_hazards_follow_the_dose(made):
    rows = [p for p in people_of(made) if p["dose"] > 0]
    assert len(rows) > 500
    dose = np.array([p["dose"] for p in rows])
    for outcome, effect in (("leave", -Planted().retention_effect), ("promotion", Planted().promotion_effect)):
        h0, h1 = (np.array([p[f"{outcome}_hazard_{k}"] for p in rows]) for k in (0, 1))
        inside = h0 > 1e-4
        assert np.allclose(h1[inside] / h0[inside], np.exp(effect * dose[inside]), rtol=1e-3)


def test_outcomes_are_drawn_with_their_chances(made):
    rows = people_of(made)
    for outcome, hazard in (("leaves", "leave_hazard"), ("promoted", "promotion_hazard")):
        for k in (0, 1):
            h = np.array([p[f"{hazard}_{k}"] for p in rows])
            happened = sum(p[f"{outcome}_{k}"] for p in rows)
            assert abs(happened - h.sum()) < 4 * np.sqrt((h * (1 - h)).sum())
    assert sum(p["leaves_1"] for p in rows) < sum(p["leaves_0"] for p in rows)
    assert sum(p["promoted_1"] for p in rows) > sum(p["promoted_0"] for p in rows)


def test_whoever_leaves_in_truth_leaves_in_the_files(made):
    gone = {k[0] for k in rows_of(made[-1], "hris/2026Q3/avslut.csv")}
    chosen = {p["number"] for p in people_of(made) if p["leaves_1"]}
    assert chosen and chosen <= gone


def answers(advance, item):
    """Numbers answered in the mentees' survey, by response: points of A1 to A5, or the number typed."""
    path = f"survey/{advance.truth.period}/410101/export_responses.json"
    rows = json.loads(base64.b64decode(json.loads(advance.files[path])["result"]))["responses"]
    return {r["id"]: float(r[item].removeprefix("A")) for r in rows if r[item] not in ("", "A6")}


@pytest.mark.parametrize(
    ("factor", "item", "shift"),
    [("network_effect", "NET", "network_shift"), ("wellbeing_effect", "WELL[SQ001]", "wellbeing_shift")],
)
def test_answers_shift_by_what_was_planted(made, pairs, factor, item, shift):
    without = run(Sample(n_employees=3000, altered={factor: 0.0}), "2025Q3", pairs)[-1]
    planted = next(a for a in made if a.truth.period == "2025Q3")
    one, two = answers(planted, item), answers(without, item)
    both = one.keys() & two.keys()
    assert len(both) > 40
    difference = np.mean([one[k] - two[k] for k in both])
    told = np.mean([p[shift] for p in planted.truth.pairs])
    # A point of the answer scale is about one standard deviation of the latent state, a little less at its ends.
    assert 0.6 * told < difference < 1.25 * told


def test_meetings_follow_quality(made):
    rows = [p for p in made[-1].truth.pairs if p["cohort"] == "2024" and p["meetings"] > 5]
    quality, meetings = (np.array([p[k] for p in rows]) for k in ("quality", "meetings"))
    assert np.corrcoef(quality, meetings)[0, 1] > 0.15


def test_pair_quality_is_known_for_every_pair_and_visible_in_part(sample, made):
    state = made[0].state
    number, mentee, mentor = (state.tables[k] for k in ("people", "mentee", "mentor"))
    mentees, mentors = number["number"][mentee["person"]].tolist(), number["number"][mentor["person"]].tolist()
    matrix = sample.pair_quality(state, mentees, mentors)
    assert matrix.shape == (len(mentees), len(mentors)) and 0.05 <= matrix.min() < matrix.max() <= 1.2
    wanted = number["skills_wanted"][mentee["person"]][:, None]
    offered = number["skills_offered"][mentor["person"]][None, :]
    overlap = np.bitwise_count(wanted & offered) / np.bitwise_count(wanted)
    assert 0.3 < np.corrcoef(overlap.ravel(), matrix.ravel())[0, 1] < 0.95


@pytest.mark.parametrize(("strength", "is_biased"), [(1.0, True), (0.0, False)])
def test_applicants_would_have_left_more_often_anyway(strength, is_biased):
    period = Period(2024, 3)
    sample = Sample(n_employees=5000, altered={"selection_strength": strength})
    tables = sample.advance(sample.start(), NO_PAIRS, period).state.tables
    people, jobs = tables["people"], tables["jobs"]
    leave, _ = hazards(people, jobs, day(period.end), sample.planted)
    tenure = (day(period.end) - people["hire"]).astype(int) / 365.25
    eligible = is_active(people, day(period.end)) & (jobs["level"] <= 5) & (tenure >= 1) & ~jobs["is_manager"]
    applied = people["mentee_cohort"] == "2024"
    ratio = leave[eligible & applied].mean() / leave[eligible & ~applied].mean()
    assert (ratio > 1.2) if is_biased else 0.85 < ratio < 1.15
