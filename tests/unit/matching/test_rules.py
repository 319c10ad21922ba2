"""Every hard rule: which pairs it forbids, and that it can be switched off."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import matching
from matching import explanation as words
from matching import profiles, rules, texts, unmatched
from matching.features import COMPONENTS, components, scores
from programme.config import Override, Rules, Weights
from tests.unit.matching.people import crowd, frame, mentee, mentor, pid, programme


def people(a, b):
    return (profiles.read(frame([a]), "mentee", "2024"), profiles.read(frame([b], mentor), "mentor", "2024"))


def forbidding(a, b, **config):
    left, right = people(a, b)
    return {code for code, mask in rules.forbidden(left, right, Rules(**config), []).items() if mask[0, 0]}


BOSS = pid("boss")

CASES = [
    ("himself", {}, {"person_id": pid("mentee 1")}, None),
    ("not_own_manager", {"management_chain": f"{pid('x')}|{BOSS}"}, {"person_id": BOSS}, "not_own_manager"),
    ("not_own_manager", {"manager_person_id": BOSS}, {"person_id": BOSS}, "not_own_manager"),
    ("not_own_manager", {}, {"management_chain": f"{pid('x')}|{pid('mentee 1')}"}, "not_own_manager"),
    ("not_same_manager", {"manager_person_id": BOSS}, {"manager_person_id": BOSS}, "not_same_manager"),
    ("not_same_team", {"organisation_id": "B1"}, {}, "not_same_team"),
    ("common_language", {"languages": "fi|so"}, {"languages": "sv|en"}, "common_language"),
    ("common_language", {"languages": None}, {}, "common_language"),
    ("meeting_mode", {"meeting_mode": "in_person"}, {"meeting_mode": "remote"}, "meeting_mode"),
    ("meeting_mode", {"meeting_mode": "remote"}, {"meeting_mode": "in_person"}, "meeting_mode"),
    ("level_gap", {"level": 6}, {"level": 5}, {"min_level_gap": -1}),
    ("level_gap", {"level": 1}, {"level": 10}, {"max_level_gap": 9}),
]


@pytest.mark.parametrize(("code", "a", "b", "switch"), CASES)
def test_a_rule_forbids_the_pair_and_can_be_lifted(code, a, b, switch):
    one, other = mentee(1, **a), mentor(1, **b)
    assert forbidding(one, other) == {code}
    found = matching.match(frame([one]), frame([other], mentor), programme(), "2024", 1)
    assert len(found.pairs) == 0 and (found.unmatched["rules"] == code).all()
    if switch is not None:
        assert forbidding(one, other, **(switch if isinstance(switch, dict) else {switch: False})) == set()


def test_an_unknown_level_is_not_within_the_gap_and_unknown_units_are_not_the_same():
    assert forbidding(mentee(1, level=None), mentor(1)) == {"level_gap"}
    unknown = {"organisation_id": None, "manager_person_id": None, "management_chain": None, "meeting_mode": None}
    assert forbidding(mentee(1, **unknown), mentor(1, **unknown)) == set()


@pytest.mark.parametrize(
    ("a", "b", "places", "is_forbidden"),
    [("in_person", "either", ("Lund", "Umeå"), True), ("in_person", "either", ("Lund", "Lund"), False),
     ("either", "either", ("Lund", "Umeå"), False), ("either", "in_person", (None, None), True)],
)  # fmt: skip
def test_pairs_that_meet_in_person_work_in_one_place(a, b, places, is_forbidden):
    one, other = mentee(1, meeting_mode=a, location=places[0]), mentor(1, meeting_mode=b, location=places[1])
    assert ("same_location" in forbidding(one, other, same_location_if_in_person=True)) is is_forbidden
    assert forbidding(one, other) == set()


def test_only_overrides_of_the_cohort_that_have_not_expired_are_in_force():
    def rule(cohort="2024", expires_on=None):
        return Override(kind="forbid", cohort=cohort, mentee_person_id=pid(1), mentor_person_id=pid(2), author="a",
                        reason="r", expires_on=expires_on)  # fmt: skip

    on = dt.date(2024, 10, 20)
    assert rules.in_force((rule(), rule(expires_on=on)), "2024", on) == [rule(expires_on=on)]
    assert rules.in_force((rule(expires_on=dt.date(2024, 10, 19)), rule("2025")), "2024", on) == []


def test_no_forbidden_pair_is_proposed_whatever_its_score():
    for seed in range(8):
        mentees, mentors = crowd(30, 30, seed)
        a, b = profiles.read(mentees, "mentee", "2024"), profiles.read(mentors, "mentor", "2024")
        found = matching.match(mentees, mentors, programme(weights={"preference": 100}), "2024", 1)
        masks = rules.forbidden(a, b, Rules(), [])
        row, column = ({p: k for k, p in enumerate(f["person_id"])} for f in (a, b))
        for one, other in zip(found.pairs["mentee_person_id"], found.pairs["mentor_person_id"], strict=True):
            assert not any(mask[row[one], column[other]] for mask in masks.values())


def test_components_lie_between_0_and_1_and_are_asymmetric_where_they_should_be():
    left, right = (profiles.read(f, r, "2024") for f, r in zip(crowd(40, 30), ("mentee", "mentor"), strict=True))
    parts = components(left, right)
    assert list(parts) == list(COMPONENTS) == list(Weights().model_dump())
    for part in parts.values():
        assert part.shape == (40, 30) and part.min() >= 0 and part.max() <= 1
    assert scores(parts, Weights()).max() <= 1
    wanted = components(*people(mentee(1, skills_wanted="law"), mentor(1, skills_offered="law|finance|quality")))
    assert wanted["skills"][0, 0] == 1
    offered = components(*people(mentee(1, skills_wanted="law|finance|quality"), mentor(1, skills_offered="law")))
    assert offered["skills"][0, 0] == pytest.approx(1 / 3, abs=1e-6)


def test_empty_answers_score_0_and_forbid_nothing():
    nothing = {"goals": None, "interests": "", "level": 3, "division_id": None}
    one, other = mentee(1, skills_wanted=np.nan, **nothing), mentor(1, skills_offered=None, **(nothing | {"level": 9}))
    assert forbidding(one, other) == set()
    assert all(part[0, 0] == 0 for part in components(*people(one, other)).values())


def test_ranked_choices_fall_evenly():
    left = profiles.read(
        frame([mentee(1, preferred_mentors="|".join(pid(f"mentor {k}") for k in (2, 1, 3)))]), "mentee", "2024"
    )
    right = profiles.read(frame([mentor(k) for k in (1, 2, 3, 4)], mentor), "mentor", "2024")
    assert components(left, right)["preference"][0].tolist() == [0.666667, 1.0, 0.333333, 0.0]


def test_distance_counts_another_division_most():
    def of(unit, division):
        return components(*people(mentee(1), mentor(1, organisation_id=unit, division_id=division)))["distance"][0, 0]

    assert [of("B9", "B"), of("B9", "A"), of("A1", "A"), of("B9", None)] == [1.0, 0.5, 0.0, 0.0]


def test_every_text_has_a_swedish_one():
    messages = {r.message for r in (*rules.PAIR_RULES, rules.FORBIDDEN)} | set(unmatched.REASONS.values())
    messages |= {r.message for listed in rules.PERSONAL_RULES.values() for r in listed}
    messages |= {m for steps in words.POSITIVE.values() for _, m in steps} | set(words.NEGATIVE.values())
    messages |= {words.LOCKED, words.NOTHING, words.BUT}
    blank = {"n": "1", "rules": "", "share": "", "points": ""}
    for message in messages:
        assert texts.text(message, "sv", **blank) != texts.text(message, "en", **blank), message
    with pytest.raises(ValueError, match="language 'de'"):
        texts.text("x", "de")


def test_an_explanation_puts_first_what_counts_most_and_says_what_is_against():
    parts = {"skills": 0.5, "goals": 1.0, "interests": 0.0, "preference": 1.0, "experience": 0.7, "distance": 0.0}
    english = words.explain(parts, Weights().model_dump(), "en")
    assert english.startswith("The mentor can support all of the mentee's goals. ")
    assert "offers 50% of the skills" in english and english.endswith("Against it: no personal interest in common.")
    assert "erbjuder 50\u00a0% av de färdigheter" in words.explain(parts, Weights().model_dump(), "sv")
    assert words.explain(dict.fromkeys(parts, 0.0), {"distance": 1}, "en") == words.NOTHING
