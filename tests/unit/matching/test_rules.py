"""Every hard rule: which pairs it forbids, and that it can be switched off."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from pydantic import ValidationError

import matching
from matching import explanation as words
from matching import rules, texts, unmatched
from programme.config import Override, PreferredRule, Rules, Weights
from tests.unit.matching.people import crowd, frame, mentee, mentor, pid, posed, programme, read


def forbidding(a, b, **config):
    """Codes of the rules that forbid the pair."""
    _, masks = posed([a], [b], rules=config)
    return {code for code, mask in masks.items() if mask[0, 0]}


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
KNOWN = {"known_people": pid("mentor 1")}, {"known_people": None}
SWITCHED_ON = [
    ("max_time_zone_gap", {"time_zone": 1}, {"time_zone": -2}, 2.5, 3),
    ("max_time_zone_gap", {"time_zone": 12}, {"time_zone": -11}, 0, 1),
    ("max_time_zone_gap", {"time_zone": 1}, {"time_zone": None}, 12, None),
    ("not_known_to_each_other", *KNOWN, True, False),
    ("not_known_to_each_other", {"known_people": None}, {"known_people": f"{pid('x')}|{pid('mentee 1')}"}, True, False),
]


@pytest.mark.parametrize(("code", "a", "b", "switch"), CASES)
def test_a_rule_forbids_the_pair_and_can_be_lifted(code, a, b, switch):
    one, other = mentee(1, **a), mentor(1, **b)
    assert forbidding(one, other) == {code}
    found = matching.match(frame([one]), frame([other], mentor), programme(), "2024", 1)
    assert len(found.pairs) == 0 and (found.unmatched["rules"] == code).all()
    if switch is not None:
        assert forbidding(one, other, **(switch if isinstance(switch, dict) else {switch: False})) == set()


@pytest.mark.parametrize(("code", "a", "b", "on", "off"), SWITCHED_ON)
def test_a_rule_that_is_off_by_default_forbids_when_switched_on(code, a, b, on, off):
    one, other = mentee(1, **a), mentor(1, **b)
    assert forbidding(one, other) == set()
    assert forbidding(one, other, **{code: on}) == {code}
    assert forbidding(one, other, **{code: off}) == set()


@pytest.mark.parametrize(
    ("rule", "column"), [({"max_time_zone_gap": 3}, "time_zone"), ({"not_known_to_each_other": True}, "known_people")]
)
def test_a_rule_without_its_column_names_both(rule, column):
    with pytest.raises(matching.MatchingError, match=f"matching.rules.{next(iter(rule))}: the mentors.*{column}"):
        posed([mentee(1, **{column: None})], [mentor(1)], rules=rule)


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
        found = matching.match(mentees, mentors, programme(weights={"preference": 100}), "2024", 1)
        _, masks = posed(mentees.to_dict("records"), mentors.to_dict("records"))
        row, column = ({p: k for k, p in enumerate(f["person_id"])} for f in (mentees, mentors))
        for one, other in zip(found.pairs["mentee_person_id"], found.pairs["mentor_person_id"], strict=True):
            assert not any(mask[row[one], column[other]] for mask in masks.values())


def reasons(mentees, mentors, **config):
    found = matching.match(frame(mentees), frame(mentors, mentor), programme(**config), "2024", 1)
    return dict(zip(found.unmatched["person_id"], found.unmatched["reason_code"], strict=True))


def test_mentors_need_the_years_that_the_programme_asks_for_and_nobody_takes_part_against_their_will():
    people = [mentee(1)], [mentor(1, tenure_years=2.9), mentor(2, tenure_years=3), mentor(3, tenure_years=None)]
    turned_away = {pid("mentor 1"): "experience_years", pid("mentor 3"): "experience_years"}
    assert reasons(*people, rules={"experience_years": 3}) == turned_away
    assert set(reasons(*people).values()) == {"no_mentee_assigned"}
    unwilling = [mentee(1, is_willing=False), mentee(2, is_willing=True), mentee(3, is_willing=None)]
    assert reasons(unwilling, [mentor(1, capacity=3)]) == {pid("mentee 1"): "willingness"}


def conflict(one, other, **more):
    return {"person_id": pid(one), "other_person_id": pid(other), "author": "anna", "reason": "family"} | more


def test_people_in_conflict_never_meet_whoever_is_the_mentor_until_it_expires():
    one, other = mentee(1), mentor(1)
    for pair in (("mentee 1", "mentor 1"), ("mentor 1", "mentee 1")):
        _, masks = posed([one], [other, mentor(2)], conflicts=[conflict(*pair), conflict("gone", "mentor 2")])
        assert masks["conflict"].tolist() == [[True, False]]
    for day, holds in ((20, True), (21, False)):
        expires = conflict("mentee 1", "mentor 1", expires_on=dt.date(2024, 10, 20))
        assert posed([one], [other], conflicts=[expires], on=dt.date(2024, 10, day))[1]["conflict"][0, 0] == holds
    with pytest.raises(ValidationError, match="expected two people"):
        programme(conflicts=[conflict("a", "a")])


def test_a_pair_that_ended_early_is_not_proposed_again():
    earlier = pd.DataFrame(
        [(pid("mentee 1"), pid("mentor 1"), True), (pid("mentee 1"), pid("mentor 2"), False),
         (pid("mentee 2"), pid("mentor 2"), None), (pid("gone"), pid("mentor 1"), True)],
        columns=["mentee_person_id", "mentor_person_id", "ended_early"])  # fmt: skip
    people = [mentee(1), mentee(2)], [mentor(1), mentor(2)]
    on = {"rules": {"earlier_failed": True}}
    assert posed(*people, earlier=earlier, **on)[1]["earlier_failed"].tolist() == [[True, False], [False, False]]
    assert "earlier_failed" not in posed(*people, earlier=earlier)[1]
    with pytest.raises(matching.MatchingError, match="earlier: columns ended_early are missing"):
        posed(*people, earlier=earlier.drop(columns="ended_early"), **on)
    with pytest.raises(matching.MatchingError, match="no earlier pairs were given"):
        posed(*people, **on)


PREFERRED = {"rules": {"not_same_team": False, "not_same_manager": False},
             "preferred": [{"rule": "not_same_team", "penalty": 0.1},
                           {"rule": "not_same_manager", "penalty": 0.75}]}  # fmt: skip


def test_a_preferred_rule_lowers_the_score_and_forbids_nothing():
    boss = {"manager_person_id": BOSS}
    mentors = [mentor(1), mentor(2, organisation_id="A1"), mentor(3, organisation_id="A1", **boss)]
    plain, _ = posed([mentee(1, **boss)], mentors, rules=PREFERRED["rules"])
    found, masks = posed([mentee(1, **boss)], mentors, **PREFERRED)
    assert not {"not_same_team", "not_same_manager"} & set(masks) and not found.forbidden.any()
    # No score falls below 0: the last pair would lose more than it has.
    assert 0 < plain.score[0, 2] < 850_000
    assert found.score[0].tolist() == [plain.score[0, 0], plain.score[0, 1] - 100_000, 0]
    assert {code: part.tolist() for code, part in found.penalties([0, 0, 0], [0, 1, 2]).items()} == {
        "not_same_manager": [0, 0, 0.75], "not_same_team": [0, 0.1, 0.1]}  # fmt: skip
    limits = {"rules": {"max_time_zone_gap": 1}, "preferred": [{"rule": "max_time_zone_gap", "penalty": 1}]}
    apart, _ = posed([mentee(1, time_zone=0)], [mentor(1, time_zone=3), mentor(2, time_zone=1)], **limits)
    assert not apart.forbidden.any() and apart.score[0, 0] == 0 < apart.score[0, 1]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"preferred": [{"rule": "not_same_team", "penalty": 1}]}, "set rules.not_same_team to false"),
        ({"preferred": [{"rule": "same_location", "penalty": 1}], "rules": {"same_location_if_in_person": True}},
         "set rules.same_location_if_in_person to false"),
        ({"preferred": [{"rule": "max_time_zone_gap", "penalty": 1}]}, "set rules.max_time_zone_gap to a number"),
        ({"preferred": [{"rule": "level_gap", "penalty": 1}] * 2}, "level_gap is listed twice"),
        ({"preferred": [{"rule": "himself", "penalty": 1}]}, "not_own_manager"),
        ({"preferred": [{"rule": "level_gap", "penalty": 1.1}]}, "less than or equal to 1"),
    ],
)  # fmt: skip
def test_a_rule_cannot_be_required_and_preferred_at_once(config, words):
    with pytest.raises(ValidationError, match=words):
        programme(**config)


def test_every_code_that_may_be_preferred_is_a_rule_on_pairs():
    allowed = set(PreferredRule.model_fields["rule"].annotation.__args__)
    assert allowed == {r.code for r in rules.PAIR_RULES} - {"himself", "conflict"}


def test_who_applies_in_both_roles_is_matched_in_both_but_never_with_themself():
    both = pid("both")
    mentees = [mentee(1, person_id=both, level=3), mentee(2, level=1)]
    mentors = [mentor(1, person_id=both, level=3), mentor(2, level=5)]
    found = matching.match(frame(mentees), frame(mentors, mentor), programme(), "2024", 1)
    pairs = dict(zip(found.pairs["mentee_person_id"], found.pairs["mentor_person_id"], strict=True))
    assert pairs == {both: pid("mentor 2"), pid("mentee 2"): both} and len(found.unmatched) == 0
    assert posed(mentees, mentors)[1]["himself"].tolist() == [[True, False], [False, False]]


def test_more_rules_than_bits_are_refused():
    a, b = read([mentee(1)], [mentor(1)])
    standing = [rules.Standing(rules.FORBIDDEN, None, rules.FORBIDDEN.forbids(a, b, rules.Facts(Rules())))] * 17
    with pytest.raises(matching.MatchingError, match="17 required rules; expected at most 16"):
        rules.bits(standing)
    assert len(rules.PAIR_RULES) + 1 <= 16


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
