"""Profiles to a proposal: reasons, overrides, hashes, order."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

import matching
from matching.findings import NAMES
from matching.proposal import canonical, pairs_frame
from matching.summary import publishable
from matching.unmatched import reason_codes
from programme.config import Override, Privacy
from tests.unit.matching.people import crowd, frame, mentee, mentor, pid, programme


def propose(mentees, mentors, config=None, **other):
    given = {"details": False} | other
    return matching.match(frame(mentees), frame(mentors, mentor), config or programme(), "2024", 1, **given)


def override(kind, a, b, **other):
    return Override(kind=kind, cohort="2024", mentee_person_id=pid(f"mentee {a}"), mentor_person_id=pid(f"mentor {b}"),
                    author="anna", reason="agreed", **other)  # fmt: skip


def pairs_of(proposal):
    return set(zip(proposal.pairs["mentee_application_id"], proposal.pairs["mentor_application_id"], strict=True))


def reasons(proposal):
    return dict(zip(proposal.unmatched["person_id"], proposal.unmatched["reason_code"], strict=True))


def test_a_pair_carries_its_components_and_their_weighted_mean():
    found = propose([mentee(1, preferred_mentors=pid("mentor 1"))], [mentor(1)])
    row = found.pairs.iloc[0]
    assert list(found.pairs.columns) == list(pairs_frame([]).columns)
    assert [row[c] for c in ("skills", "goals", "interests", "preference", "experience", "distance")] == [
        0.5, 0.5, 0.5, 1.0, 1.0, 1.0]  # fmt: skip
    assert row["score"] == pytest.approx(0.3 * 0.5 + 0.25 * 0.5 + 0.2 * 0.5 + 0.15 + 0.05 + 0.05)
    assert found.components().shape == (6, 4)
    assert set(found.components().columns) == {"mentee_person_id", "mentor_person_id", "component", "score"}


@pytest.mark.parametrize(
    ("mentees", "mentors"), [([], []), ([mentee(1)], []), ([], [mentor(1)])], ids=["nobody", "no mentor", "no mentee"]
)
def test_without_one_side_the_proposal_is_empty_but_whole(mentees, mentors):
    found = propose(mentees, mentors)
    assert len(found.pairs) == 0
    assert len(found.unmatched) == len(mentees) + len(mentors)
    assert set(found.unmatched["reason_code"]) <= {"no_mentor_available", "no_mentee_available"}
    assert matching.Proposal.from_payload(json.dumps(found.to_payload())).proposal_hash == found.proposal_hash
    assert found.explanations("sv") == [] and len(found.components()) == 0


def test_every_applicant_is_in_a_pair_or_among_the_unmatched_with_a_reason():
    mentees, mentors = crowd(160, 70)
    found = matching.match(mentees, mentors, programme(), "2024", 1)
    for role, people, column in (("mentee", mentees, "mentee_person_id"), ("mentor", mentors, "mentor_person_id")):
        left = set(found.unmatched.loc[found.unmatched["role"] == role, "person_id"])
        assert left | set(found.pairs[column]) == set(people["person_id"])
        assert not left & set(found.pairs[column])
    assert set(found.unmatched["reason_code"]) <= reason_codes()
    assert (found.unmatched[["reason_en", "reason_sv"]].map(len) > 10).all().all()
    assert (found.unmatched["reason_en"] != found.unmatched["reason_sv"]).all()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("has_consented", False, "no_consent"),
        ("has_consented", None, "no_consent"),
        ("is_eligible", False, "not_eligible"),
        ("applied_on", dt.date(2024, 9, 16), "late_application"),
    ],
)
def test_an_applicant_who_fails_a_personal_rule_is_unmatched_with_the_reason(field, value, code):
    found = propose([mentee(1, **{field: value}), mentee(2)], [mentor(1), mentor(2, **{field: value})])
    assert pairs_of(found) == {(2, 1)}
    assert reasons(found) == {pid("mentee 1"): code, pid("mentor 2"): code}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("is_interviewed", False, "not_interviewed"), ("is_trained", False, "not_trained"),
     ("capacity", 0, "no_capacity"), ("capacity", None, "no_capacity")],
)  # fmt: skip
def test_a_mentor_who_fails_a_personal_rule_is_unmatched_with_the_reason(field, value, code):
    found = propose([mentee(1)], [mentor(1, **{field: value}), mentor(2)])
    assert pairs_of(found) == {(1, 2)}
    assert reasons(found) == {pid("mentor 1"): code}


def test_interview_and_training_can_be_switched_off():
    config = programme(rules={"mentor_interviewed": False}).model_copy(update={"training": ()})
    assert pairs_of(propose([mentee(1)], [mentor(1, is_interviewed=False, is_trained=False)], config)) == {(1, 1)}


def test_the_reason_names_all_personal_rules_and_the_pair_rules_that_forbid_most():
    found = propose([mentee(1, has_consented=False, is_eligible=False)], [])
    assert found.unmatched["rules"].iloc[0] == "no_consent|not_eligible"
    found = propose([mentee(1, languages="fi", organisation_id="B2")], [mentor(k, capacity=2) for k in (1, 2, 3)])
    row = found.unmatched.iloc[0]
    assert (row["reason_code"], row["rules"]) == ("no_allowed_mentor", "common_language|not_same_team")
    assert "none of the 3 available mentors" in row["reason_en"] and "no language in common (3)" in row["reason_en"]
    assert "inget gemensamt språk (3)" in row["reason_sv"]


def test_too_few_places_leave_the_worse_match_without_a_free_mentor():
    found = propose([mentee(1, skills_wanted="law"), mentee(2)], [mentor(1)])
    assert reasons(found) == {pid("mentee 1"): "no_free_mentor"}
    found = propose([mentee(2), mentee(1)], [mentor(1)])
    assert reasons(found) == {pid("mentee 2"): "no_free_mentor"}, "a tie goes to the earlier application"
    found = propose([mentee(1)], [mentor(1), mentor(2)])
    assert reasons(found) == {pid("mentor 2"): "no_mentee_assigned"}


def test_locks_and_forbidden_pairs_hold_until_they_expire():
    people = [mentee(1), mentee(2)], [mentor(1, skills_offered="strategy|law"), mentor(2)]
    config = programme(overrides=(override("forbid", 1, 1, expires_on=dt.date(2024, 10, 20)),))
    assert pairs_of(propose(*people, config)) == {(1, 2), (2, 1)}
    assert propose(*people, config, on=dt.date(2024, 10, 21)).pairs["is_locked"].sum() == 0
    found = propose([mentee(1)], people[1], programme(overrides=(override("lock", 1, 2),)))
    assert pairs_of(found) == {(1, 2)} and found.pairs["is_locked"].all()
    assert "has decided" in found.explanations("en")[0]
    assert pairs_of(propose([mentee(1)], people[1], overrides=[override("lock", 1, 2)])) == {(1, 2)}
    one_left = propose([mentee(1)], [mentor(1)], programme(overrides=(override("forbid", 1, 1),)))
    assert one_left.unmatched["rules"].iloc[0] == "forbidden_pair"
    assert pairs_of(propose([mentee(1)], [mentor(1)], programme(overrides=(override("forbid", 9, 1),)))) == {(1, 1)}


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ((override("lock", 1, 1), override("lock", 1, 2)), "locked to another mentor too"),
        ((override("lock", 1, 1), override("lock", 2, 1)), "2 locked pairs, capacity 1"),
        ((override("lock", 1, 1), override("forbid", 1, 1)), "forbidden_pair"),
        ((override("lock", 1, 3),), "not_same_team"),
        ((override("lock", 1, 9),), "the mentor has not applied"),
        ((override("lock", 3, 1),), "may not be matched \\(no_consent\\)"),
    ],
)
def test_locks_that_cannot_be_kept_are_named_before_solving(overrides, words):
    people = (
        [mentee(1), mentee(2), mentee(3, has_consented=False)],
        [mentor(1), mentor(2), mentor(3, organisation_id="A1")],
    )
    with pytest.raises(matching.MatchingError, match=words):
        propose(*people, programme(overrides=overrides))


@pytest.mark.parametrize(
    ("mentees", "mentors", "words"),
    [
        ([mentee(1), mentee(2, person_id=pid("mentee 1"))], [], "mentees, rows 0, 1: person_id occurs more than once"),
        ([], [mentor(1), mentor(2, application_id=1)], "mentors, rows 0, 1: application_id occurs more than once"),
        ([], [mentor(1), mentor(2, capacity=-1)], "mentors, rows 1: capacity is negative"),
        ([mentee(1, level="high")], [], "mentees, rows 0: level is no number"),
        ([mentee(1, person_id=None)], [], "rows 0: person_id is empty"),
    ],
)
def test_rows_that_cannot_be_read_are_named(mentees, mentors, words):
    with pytest.raises(matching.MatchingError, match=words):
        propose(mentees, mentors)


def test_missing_columns_are_named():
    with pytest.raises(matching.MatchingError, match="columns goals, level are missing"):
        matching.match(frame([]).drop(columns=["goals", "level"]), frame([], mentor), programme(), "2024", 1)


def test_rows_in_another_order_and_other_pseudonyms_give_the_same_pairs():
    mentees, mentors = crowd(60, 40)
    first = matching.match(mentees, mentors, programme(), "2024", 1)
    shuffled = matching.match(
        mentees.sample(frac=1, random_state=3), mentors.sample(frac=1, random_state=4), programme(), "2024", 1
    )
    assert canonical(shuffled.to_payload()) == canonical(first.to_payload())
    turned = [
        f.map(lambda v: "|".join("p" + part[:0:-1] if part.startswith("p") and len(part) == 21 else part
                                 for part in v.split("|")) if isinstance(v, str) else v)
        for f in (mentees, mentors)
    ]  # fmt: skip
    assert pairs_of(matching.match(*turned, programme(), "2024", 1, details=False)) == pairs_of(first)


def test_the_hash_follows_from_the_frozen_payload_and_changes_with_any_part_of_it():
    mentees, mentors = crowd(20, 15)
    found = matching.match(mentees, mentors, programme(), "2024", 1)
    text = json.dumps(found.to_payload(), sort_keys=True, ensure_ascii=False)
    again = matching.Proposal.from_payload(text)
    assert again.proposal_hash == found.proposal_hash and len(found.proposal_hash) == 64
    pd.testing.assert_frame_equal(again.pairs, found.pairs)
    pd.testing.assert_frame_equal(again.unmatched, found.unmatched)
    pd.testing.assert_frame_equal(again.summary, found.summary)
    hashes = {found.proposal_hash}
    for change in ("seed", "cohort", "solver", "inputs_hash"):
        hashes.add(matching.Proposal.from_payload(found.to_payload() | {change: "other"}).proposal_hash)
    payload = found.to_payload()
    payload["pairs"][0]["mentor_person_id"] = pid("another")
    hashes.add(matching.Proposal.from_payload(payload).proposal_hash)
    assert len(hashes) == 6
    for other in (programme(weights={"goals": 0.9}), programme(rules={"max_level_gap": 5})):
        assert matching.match(mentees, mentors, other, "2024", 1, details=False).config_hash != found.config_hash
    assert (
        matching.match(mentees, mentors, programme(approvers=("bo",)), "2024", 1, details=False).config_hash
        == found.config_hash
    )
    with pytest.raises(matching.MatchingError, match="not whole"):
        matching.Proposal.from_payload(text[:-20])


def test_the_summary_counts_and_its_published_form_hides_the_few_and_the_individual():
    config = programme()
    found = propose([mentee(1, preferred_mentors=pid("mentor 1")), mentee(2), mentee(3, has_consented=False)],
                    [mentor(1, capacity=3), mentor(2, is_trained=False)], config)  # fmt: skip
    value = found.summary.set_index("metric")["value"]
    assert value[["applicants", "eligible", "matched", "match_share", "mentor_applicants", "mentors_available",
                  "mentors_used", "capacity", "preferred_share"]].tolist() == [3, 2, 2, 1, 2, 1, 1, 3, 1]  # fmt: skip
    assert value["total_score"] == pytest.approx(found.pairs["score"].sum())
    assert value["worst_score"] == found.pairs["score"].min()
    hidden = found.published_summary(Privacy())
    assert list(hidden.columns) == ["metric", "unit", "value", "n", "is_hidden", "hidden_reason", "low", "high"]
    assert hidden["is_hidden"].all() and hidden["value"].isna().all()
    small = found.published_summary(Privacy(min_cell=10, profile="small")).set_index("metric")
    assert small.loc["matched", "value"] == 2 and small.loc["worst_score", "hidden_reason"] == "small_profile"
    assert small.drop(index="worst_score")["hidden_reason"].eq("").all() and pd.isna(small.loc["worst_score", "value"])


def test_the_proof_in_a_proposal_holds_the_worst_off_objective_too():
    mentees, mentors = crowd(40, 30)
    plain = matching.match(
        mentees, mentors, programme(), "2024", 1, details=False, objective=("participation", "total")
    )
    three = ("participation", "worst_off", "total")
    fair = matching.match(mentees, mentors, programme(), "2024", 1, details=False, objective=three)
    assert len(fair.pairs) == len(plain.pairs)
    assert fair.pairs["score"].min() >= plain.pairs["score"].min()
    assert fair.certificate.levels[1].value == round(fair.pairs["score"].min() * 1_000_000)


def test_a_programme_of_the_usual_size_is_explained_and_examined():
    found = matching.match(*crowd(160, 110), programme(), "2024", 1)
    assert set(found.findings) == set(NAMES)
    assert list(found.notes["person_id"]) == list(found.pairs["mentee_person_id"])
    assert all(text.startswith("The mentee got mentor no. ") for text in found.notes["text_en"])


@pytest.mark.parametrize(("eligible", "matched", "mentors", "used", "chose", "granted"), [
    (30, 8, 40, 8, 4, 2), (30, 25, 40, 35, 20, 15), (38, 20, 35, 12, 18, 10), (40, 40, 40, 30, 40, 20),
    (25, 12, 25, 12, 0, 0), (0, 0, 0, 0, 0, 0),
])  # fmt: skip
def test_nothing_published_of_a_matching_gives_a_small_count_away(eligible, matched, mentors, used, chose, granted):
    counts = {"applicants": 40, "eligible": eligible, "matched": matched, "mentor_applicants": 40,
              "mentors_available": mentors, "mentors_used": used}  # fmt: skip
    rows = [(m, "count", n, n) for m, n in counts.items()]
    rows += [
        ("match_share", "share", matched / eligible if eligible else None, eligible),
        ("mean_score", "score", 0.5 if matched else None, matched), ("worst_score", "score", 0.2, matched),
        ("total_score", "score", matched / 2, matched), ("capacity", "count", 2 * mentors, mentors),
        ("capacity_used_share", "share", matched / mentors / 2 if mentors else None, mentors),
        ("preferred_share", "share", granted / chose if chose else None, chose),
    ]  # fmt: skip
    out = publishable(pd.DataFrame(rows, columns=["metric", "unit", "value", "n"]).astype({"value": float}), Privacy())
    assert set(out.loc[out["is_hidden"], "hidden_reason"]) <= {"too_few"}
    assert out.loc[out["is_hidden"], ["value", "n"]].isna().all().all()
    assert (out.loc[~out["is_hidden"], "hidden_reason"] == "").all()
    shown = out[~out["is_hidden"]].set_index("metric")
    assert "worst_score" not in shown.index and (shown["n"] >= 10).all()
    known = {m: float(shown.loc[m, "n"]) for m in counts if m in shown.index}
    for metric, (whole, part) in {"match_share": ("eligible", "matched"), "preferred_share": ("", "")}.items():
        if metric in shown.index:
            yes = round(shown.loc[metric, "value"] * shown.loc[metric, "n"])
            rest = shown.loc[metric, "n"] - yes
            assert not whole or known[part] == yes
            assert yes >= 10 and (rest >= 10 or (rest == 0 and metric == "match_share"))
    if "matched" not in known:
        assert not {"match_share", "mean_score", "total_score", "capacity_used_share"} & set(shown.index)
    for whole, part in (("applicants", "eligible"), ("eligible", "matched"), ("mentor_applicants", "mentors_available"),
                        ("mentors_available", "mentors_used")):  # fmt: skip
        if whole in known and part in known:
            assert known[whole] - known[part] == 0 or known[whole] - known[part] >= 10


def test_the_unmatched_are_told_what_would_help():
    found = propose([mentee(1), mentee(2)], [mentor(1)], details=True)
    entry = found.unmatched.set_index("person_id").loc[pid("mentee 2")]
    assert "One more place with mentor no. 1 would give the mentee a mentor." in entry["reason_en"]
    assert "Everybody who has a mentor now would still have one." in entry["reason_en"]
    assert "Med en plats till hos mentor nr 1 skulle adepten få en mentor." in entry["reason_sv"]
    plain = propose([mentee(1), mentee(2)], [mentor(1)])
    assert "would give" not in plain.unmatched.set_index("person_id").loc[pid("mentee 2"), "reason_en"]
