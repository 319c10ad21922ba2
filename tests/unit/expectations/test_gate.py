"""Every rule with a dirty row among clean ones: it alone is rejected, under that rule, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import replace

import pandas as pd
import pytest

import expectations
from expectations import GateError, gate
from expectations.suites import VALIDATION_COLUMNS
from sources.extraction import make_rejects, relaxed
from tests.unit.expectations.frames import PERIOD, append, change, extract, organisation, person

SMALL = organisation(40)
NOBODY = person(999_999)


def run(dirty: dict, **options) -> dict:
    given = [e for e in {**SMALL, **dirty}.values() if e is not None]
    return {f"{g.extract.dataset.source}.{g.extract.dataset.name}": g for g in gate(given, **options)}


def balanced(gated) -> bool:
    return gated.n_received == len(gated.accepted) + len(gated.rejected) + gated.n_repeats


def test_clean_extracts_pass_unharmed_and_silently():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gated = run({})
    assert set(gated) == set(SMALL)
    for name, item in gated.items():
        assert balanced(item) and not len(item.rejected) and not item.n_repeats and not item.warnings, name
        assert list(item.accepted["line"]) == list(SMALL[name].frame["line"])
        assert item.validation["is_success"].all()
    employee, job = gated["hris.employee"].accepted, gated["hris.employment"].accepted
    assert employee["sex"].tolist()[:2] == ["female", "male"]
    assert employee["birth_year"].dtype == "Int64" and employee["birth_year"][0] == 1960
    assert employee["hire_date"][0] == pd.Timestamp(2020, 2, 29) and employee["location"][0] == "Åmål"
    assert job["full_time_equivalent"][0] == 0.8 and job["manager_person_id"][0] is None
    assert gated["programme.mentee_application"].accepted["goals"][0] == "leadership|network"
    assert gated["programme.mentor_application"].accepted["has_consented"].tolist() == [False] * 4


# dataset, rule, line, what is written into it
ONE_ROW = [
    ("hris.employee", "missing_value", 5, {"location": "  "}),
    ("hris.employee", "unreadable_date", 5, {"hire_date": "2023-02-30"}),
    ("hris.employee", "unreadable_date", 5, {"birth_year": "?unreadable_date"}),
    ("hris.employee", "impossible_date", 5, {"birth_year": "?impossible_date"}),
    ("hris.employee", "impossible_date", 5, {"birth_year": "1899"}),
    ("hris.employee", "impossible_date", 5, {"birth_year": "2015"}),
    ("hris.employee", "impossible_date", 5, {"hire_date": "2054-01-01"}),
    ("hris.employee", "impossible_date", 5, {"original_hire_date": "2021-01-01"}),
    ("hris.employee", "unknown_code", 5, {"sex": "K"}),
    ("hris.employment", "unreadable_number", 9, {"full_time_equivalent": "80 %"}),
    ("hris.employment", "unreadable_number", 9, {"level": "3,5"}),
    ("hris.employment", "out_of_range", 9, {"full_time_equivalent": "1,01"}),
    ("hris.employment", "out_of_range", 9, {"pay_band": "31"}),
    ("hris.employment", "end_before_start", 9, {"end_date": "2023-12-31"}),
    ("hris.employment", "impossible_date", 9, {"effective_date": "1066-10-14"}),
    ("hris.employment", "unknown_person", 9, {"manager_person_id": NOBODY}),
    ("hris.employment", "unknown_unit", 9, {"organisation_id": "U77"}),
    ("hris.employment", "unknown_code", 9, {"end_reason": "Annat"}),
    ("hris.employment", "manager_cycle", 9, {"manager_person_id": person(7)}),
    ("hris.organisation", "unknown_unit", 3, {"superior_id": "U77"}),
    ("hris.leave", "unknown_code", 3, {"leave_type": "?unknown"}),
    ("hris.leave", "end_before_start", 3, {"end_date": "2024-06-30"}),
    ("hris.leave", "unknown_person", 3, {"person_id": NOBODY}),
    ("hris.termination", "impossible_date", 3, {"termination_date": "2020-02-28"}),
    ("hris.termination", "unknown_code", 3, {"reason_category": "Sjukdom"}),
    ("programme.mentee_application", "unknown_code", 3, {"goals": "leadership|wealth"}),
    ("programme.mentee_application", "unknown_code", 3, {"languages": "|"}),
    ("programme.mentee_application", "unknown_code", 3, {"has_consented": "Kanske"}),
    ("programme.mentee_application", "impossible_date", 3, {"applied_on": "2025-09-01"}),
    ("programme.mentor_application", "out_of_range", 3, {"capacity": "-1"}),
    ("programme.training_completion", "unreadable_number", 3, {"hours": "1e3"}),
    ("programme.meeting", "self_meeting", 3, {"mentor_person_id": person(37)}),
    ("programme.meeting", "out_of_range", 3, {"minutes": "4"}),
    ("programme.meeting", "unknown_person", 3, {"mentee_person_id": NOBODY}),
    ("programme.milestone", "end_before_start", 3, {"due_on": "2024-09-11"}),
    ("programme.milestone", "end_before_start", 3, {"reached_on": "2024-09-11"}),
    ("programme.adjustment", "end_before_start", 3, {"follow_up_on": "2024-09-01"}),
    ("programme.leadership", "unreadable_number", 3, {"hours_used": "nan"}),
    ("survey.response", "unknown_person", 3, {"person_id": NOBODY}),
    ("survey.answer", "out_of_range", 3, {"points": 99}),
    ("survey.answer", "unknown_response", 3, {"response_id": 7}),
    ("anonymous.self_identification", "out_of_range", 3, {"safety": 6}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "line", "values"), ONE_ROW, ids=lambda x: str(x)[:40])
def test_one_dirty_row_is_rejected_under_its_rule_and_no_other_row_is(name, rule, line, values):
    gated = run({name: change(SMALL[name], line, **values)})
    item = gated[name]
    assert item.rejected[["line", "rule"]].to_numpy().tolist() == [[line, rule]]
    assert line not in set(item.accepted["line"])
    assert all(balanced(g) for g in gated.values())
    assert not any(len(g.rejected) for other, g in gated.items() if other != name)
    reason = item.rejected["reason"][0]
    assert any(column in reason for column in values)
    for value in values.values():
        assert value is None or len(str(value).strip()) < 4 or str(value) not in reason
    failed = item.validation[~item.validation["is_success"]]
    assert rule in set(failed["rule"]) and failed["n_unexpected"].sum() == len(failed)


ON_THE_BOUND = [
    ("hris.leave", {"end_date": "2024-07-01"}),  # of one day
    ("hris.employment", {"effective_date": "2024-09-30", "end_date": "2024-09-30", "level": "12"}),
    ("hris.employment", {"full_time_equivalent": "0,05", "pay_band": "1"}),
    ("hris.employee", {"birth_year": "2007"}),  # 13 years old at hire
    ("hris.employee", {"original_hire_date": "2020-02-29"}),
    ("hris.termination", {"termination_date": "2020-02-29"}),
    ("programme.meeting", {"held_on": "2024-12-31", "minutes": "480"}),
    ("programme.milestone", {"due_on": "2024-09-12", "reached_on": "2024-09-12"}),
    ("survey.answer", {"points": 0}),
]


@pytest.mark.parametrize(("name", "values"), ON_THE_BOUND, ids=lambda x: str(x)[:40])
def test_what_lies_on_a_bound_passes(name, values):
    assert not len(run({name: change(SMALL[name], 3, **values)})[name].rejected)


def test_all_rows_of_a_manager_cycle_are_rejected_and_those_below_it_stay():
    # 1 leads 8..16; let 1 be led by 9: both are on the cycle, the others below 1 are not.
    item = run({"hris.employment": change(SMALL["hris.employment"], 3, manager_person_id=person(9))})["hris.employment"]
    assert item.rejected[["line", "rule"]].to_numpy().tolist() == [[3, "manager_cycle"], [11, "manager_cycle"]]


def test_an_ended_employment_closes_no_manager_cycle():
    dirty = change(SMALL["hris.employment"], 3, manager_person_id=person(9), end_date="2024-09-29")
    assert not len(run({"hris.employment": dirty})["hris.employment"].rejected)


def test_superior_cycle():
    big = organisation(200)
    gated = run({**big, "hris.organisation": change(big["hris.organisation"], 3, superior_id="U6")})
    assert gated["hris.organisation"].rejected["rule"].tolist() == ["superior_cycle"] * 2


def test_an_exact_repeat_is_counted_and_a_second_version_is_rejected():
    given = SMALL["programme.meeting"]
    item = run({"programme.meeting": append(append(given, 2), 3, minutes="61")})["programme.meeting"]
    assert (item.n_received, item.n_repeats, len(item.accepted)) == (6, 1, 4) and balanced(item)
    assert item.rejected[["line", "rule"]].to_numpy().tolist() == [[7, "duplicate_key"]]


def test_a_clean_line_stays_though_an_earlier_line_of_its_key_is_dirty():
    given = append(change(SMALL["programme.meeting"], 3, minutes="x"), 3, minutes="61")
    item = run({"programme.meeting": given})["programme.meeting"]
    assert item.rejected[["line", "rule"]].to_numpy().tolist() == [[3, "unreadable_number"]]
    assert 6 in set(item.accepted["line"])


def test_keys_are_compared_as_read():
    given = append(SMALL["survey.response"], 2, response_id="01000")
    assert run({"survey.response": given})["survey.response"].rejected["rule"].tolist() == ["duplicate_key"]
    twice = append(SMALL["programme.training_completion"], 2, course="inclusion", hours="4")
    item = run({"programme.training_completion": twice})["programme.training_completion"]
    assert item.rejected["rule"].tolist() == ["duplicate_key"]


def test_a_row_in_quarantine_takes_no_other_row_with_it():
    dirty = change(SMALL["hris.employee"], 41, sex="K")  # a mentee with employment, application, meeting and answers
    gated = run({"hris.employee": dirty})
    assert sum(len(g.rejected) for g in gated.values()) == 1


def test_several_faults_make_one_rejected_row():
    dirty = change(SMALL["programme.meeting"], 3, minutes="x", held_on="y", mentee_person_id=NOBODY, cohort=None)
    item = run({"programme.meeting": dirty})["programme.meeting"]
    assert item.rejected["rule"].tolist() == ["missing_value"] and balanced(item)


def test_rows_that_were_no_rows_are_carried_on():
    before = make_rejects([(9, "moten.csv", "wrong_number_of_fields", "4 fields, the headings name 7")])
    given = SMALL["programme.meeting"]
    given = replace(given, rejected=before, n_received=given.n_received + 1)
    item = run({"programme.meeting": given})["programme.meeting"]
    assert item.rejected.to_numpy().tolist() == before.to_numpy().tolist() and balanced(item)


def test_columns_that_a_source_cannot_tell_may_be_empty():
    given = SMALL["hris.employment"]
    frame = given.frame.assign(level=None, pay_band=None)
    poor = replace(given, frame=frame, dataset=relaxed(given.dataset, ("level", "pay_band")))
    item = run({"hris.employment": poor})["hris.employment"]
    assert not len(item.rejected) and item.accepted["level"].isna().all() and item.accepted["level"].dtype == "Int64"


def test_a_wish_for_an_unknown_mentor_costs_the_wish_alone():
    dirty = change(SMALL["programme.mentee_application"], 3, preferred_mentors=f"?unreadable|{person(2)}|{NOBODY}")
    item = run({"programme.mentee_application": dirty})["programme.mentee_application"]
    assert not len(item.rejected)
    assert [(w.rule, w.count) for w in item.warnings] == [("unknown_wish", 2)]
    assert "?unreadable" not in item.accepted["preferred_mentors"][1]


def test_9999_12_31_means_no_end():
    item = run({"hris.employment": change(SMALL["hris.employment"], 9, end_date="9999-12-31")})["hris.employment"]
    assert not len(item.rejected) and item.accepted["end_date"].isna().all()


def test_without_employees_known_people_decide_and_without_both_a_warning_says_so():
    alone = [SMALL["programme.meeting"]]
    everyone = [person(i) for i in range(40)]
    assert not gate(alone, known_people=everyone)[0].warnings
    assert gate(alone, known_people=everyone[:39])[0].rejected["rule"].tolist() == ["unknown_person"]
    assert [w.rule for w in gate(alone)[0].warnings] == ["not_checked"]


def test_lists_of_programme_yaml_replace_the_contracts():
    lists = {"goals": ["leadership", "network", "specialist", "wealth"]}
    dirty = change(SMALL["programme.mentee_application"], 3, goals="wealth")
    assert not len(run({"programme.mentee_application": dirty}, lists=lists)["programme.mentee_application"].rejected)


def test_nothing_delivered_is_a_warning():
    empty = extract("programme", "milestone", {})
    item = run({"programme.milestone": empty})["programme.milestone"]
    assert [w.rule for w in item.warnings] == ["nothing_delivered"] and not len(item.accepted) and balanced(item)
    assert item.accepted["due_on"].dtype.kind == "M"


def test_mostly_incomplete_responses_are_a_warning():
    given = SMALL["survey.response"]
    frame = given.frame.assign(is_complete=[True] + [False] * (len(given.frame) - 1))
    assert [w.rule for w in run({"survey.response": replace(given, frame=frame)})["survey.response"].warnings] == [
        "low_completion"
    ]


def fault(dirty: dict, **options) -> GateError:
    with pytest.raises(GateError) as caught:
        run(dirty, **options)
    return caught.value


def test_too_many_rejected_names_dataset_rule_count_and_remedy_and_lets_other_sources_pass():
    given = SMALL["programme.kickoff_attendance"]
    error = fault({"programme.kickoff_attendance": replace(given, frame=given.frame.assign(role="Chef"))})
    text = str(error)
    assert "programme.kickoff_attendance: too_many_rejected (8)" in text
    assert "unknown_code 8" in text and "run the ingest again" in text and "Chef" not in text
    assert {g.extract.dataset.source for g in error.passed} == {"hris", "survey", "anonymous"}


def test_five_rejected_rows_of_a_small_dataset_are_tolerated():
    given = SMALL["hris.leave"]
    dirty = replace(given, frame=given.frame.assign(leave_type="x"))
    assert len(run({"hris.leave": dirty})["hris.leave"].rejected) == 4


def test_rows_refused_because_the_person_was_erased_stop_no_delivery():
    given = SMALL["programme.kickoff_attendance"]
    n = len(given.frame)
    rejects = pd.DataFrame({"line": given.frame["line"], "file": given.frame["file"], "rule": "erased_person",
                            "reason": "this person was erased"})  # fmt: skip
    erased = replace(given, frame=given.frame.iloc[:0], rejected=rejects)
    assert n > 5
    item = run({"programme.kickoff_attendance": erased})["programme.kickoff_attendance"]
    assert len(item.rejected) == n and len(item.accepted) == 0


def test_no_employees_and_no_active_employees_are_critical():
    assert "hris.employee: empty_dataset (0)" in str(
        fault({name: extract(*name.split("."), {}) for name in ("hris.employee", "hris.employment")})
    )
    given = SMALL["hris.employment"]
    ended = replace(given, frame=given.frame.assign(end_date="2024-06-30"))
    assert "no_active_employees" in str(fault({"hris.employment": ended}))


def test_a_fall_by_more_than_half_is_critical():
    assert "headcount_fell (40)" in str(fault({}, previous_counts={"headcount": 81}))
    assert "hris.employee: shrunk_dataset (40)" in str(fault({}, previous_counts={"hris.employee": 81}))
    run({}, previous_counts={"headcount": 80, "hris.employee": 80, "programme.meeting": 9_999})


def test_frames_that_are_not_the_contracts_are_refused():
    given = SMALL["programme.meeting"]
    narrow = replace(given, frame=given.frame.drop(columns="minutes"))
    assert "missing_column" in str(fault({"programme.meeting": narrow}))
    assert "miscounted" in str(fault({"programme.meeting": replace(given, n_received=3)}))


def test_gated_survives_its_way_through_files(tmp_path):
    dirty = change(SMALL["hris.employment"], 9, level="x")
    for name, item in run({"hris.employment": dirty}).items():
        item.write(tmp_path / name)
        back = expectations.Gated.read(tmp_path / name)
        pd.testing.assert_frame_equal(back.accepted, item.accepted)
        pd.testing.assert_frame_equal(back.rejected, item.rejected)
        assert (back.n_repeats, back.warnings, back.n_received) == (item.n_repeats, item.warnings, item.n_received)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_validation_results_hold_counts_and_no_values():
    secret = "Kajsa-Kanarie"  # noqa: S105 - a marker, not a password
    dirty = {
        "programme.meeting": change(SMALL["programme.meeting"], 3, minutes=secret, meeting_mode=secret),
        "hris.employee": change(SMALL["hris.employee"], 3, sex=secret),
    }
    gated = list(run(dirty).values())
    results = expectations.validation_results(gated)
    assert list(results.columns) == list(VALIDATION_COLUMNS)
    everything = results.to_csv() + "".join(g.rejected.to_csv() + str(g.warnings) for g in gated)
    assert secret not in everything and person(1) not in everything
    assert set(results["period"]) == {PERIOD.label} and results["n_unexpected"].sum() == 3


def test_dates_of_any_type_are_read_the_same():
    given = SMALL["programme.meeting"]
    native = replace(given, frame=given.frame.assign(held_on=[dt.date(2024, 9, 12)] * 4, minutes=[60] * 4))
    pd.testing.assert_frame_equal(
        run({"programme.meeting": native})["programme.meeting"].accepted,
        run({})["programme.meeting"].accepted,
    )
