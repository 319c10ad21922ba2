"""The captured bodies of real servers, through the code that every delivery takes."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pandas as pd
import pytest

import expectations
import sources
from programme.config import Source
from programme.warehouse import Warehouse
from sources.limesurvey import Status, result_of
from sources.summary import reconcile_warehouse
from tests.unit.sources.conftest import CAPTURES, KNOWN_AT, PERIOD

HORILLA = Source(name="hris", kind="horilla_files", folder="horilla")
SURVEYS = Source(
    name="survey", kind="limesurvey_files", folder="limesurvey", surveys={"202603": "mentee", "202604": "employee"}
)


def _of(extracts, name):
    return next(e for e in extracts if e.dataset.name == name)


@pytest.fixture
def everything(vault):
    return sources.extract(HORILLA, PERIOD, CAPTURES, vault) + sources.extract(SURVEYS, PERIOD, CAPTURES, vault)


def _active(employee: pd.DataFrame, termination: pd.DataFrame, day: str) -> int:
    ends = dict(zip(termination["person_id"], termination["termination_date"], strict=True))
    return sum(
        h <= day <= (ends.get(p) or "9999") for p, h in zip(employee["person_id"], employee["hire_date"], strict=True)
    )


def test_headcounts_are_those_of_the_company(everything):
    employee, termination = _of(everything, "employee").frame, _of(everything, "termination").frame
    truth = json.loads((CAPTURES / "population.json").read_text(encoding="utf-8"))
    for day, expected in (("2026-06-30", 38), ("2026-11-23", 33)):
        assert _active(employee, termination, day) == expected
        assert sum(p["hired"] <= day <= (p["terminated"] or "9999") for p in truth) == expected


def test_horilla_agrees_with_the_truth_person_by_person(everything, vault):
    truth = json.loads((CAPTURES / "population.json").read_text(encoding="utf-8"))
    employment = _of(everything, "employment").frame.set_index("person_id")
    employee = _of(everything, "employee").frame.set_index("person_id")
    units = _of(everything, "organisation").frame.set_index("organisation_id")["organisation_name"]
    assert len(truth) == len(employment) == 40
    for person in truth:
        row = employment.loc[vault.pseudonym(person["no"])]
        assert row["effective_date"] == person["hired"] and row["end_date"] == person["terminated"]
        assert row["manager_person_id"] == (vault.pseudonym(person["manager"]) if person["manager"] else None)
        assert row["job_title"] == person["position"]
        assert (units[row["organisation_id"]] if row["organisation_id"] else None) == person["dept"]
        assert (
            employee.loc[vault.pseudonym(person["no"]), "sex"] == {"female": "Kvinna", "male": "Man"}[person["gender"]]
        )


def test_what_horilla_cannot_tell_is_left_open(everything):
    employment = _of(everything, "employment")
    assert employment.frame[["level", "pay_band", "job_family", "full_time_equivalent"]].isna().all(axis=None)
    assert {"level", "pay_band", "job_family", "full_time_equivalent"} <= set(employment.optional)
    assert set(_of(everything, "termination").frame["reason_category"]) == {"Annat"}
    account = _of(everything, "employee")
    assert account.n_received == 41 and list(account.rejected["rule"]) == ["missing_value"]


def test_survey_figures_and_quirks(everything, vault):
    response, answer, comment = (_of(everything, n).frame for n in ("response", "answer", "comment"))
    counts = response.groupby(["survey_id", "is_complete"]).size().to_dict()
    assert counts == {("202603", "true"): 24, ("202603", "false"): 6, ("202604", "true"): 11, ("202604", "false"): 1}
    with_token = response[response["survey_id"] == "202603"]
    assert with_token["person_id"].notna().all() and set(with_token["role"]) == {"mentee"}
    assert with_token["person_id"].iloc[0] == vault.pseudonym("E01001")
    assert response.loc[response["survey_id"] == "202604", "person_id"].isna().all()
    unknown = answer[(answer["item"].str.startswith("MENT")) & (answer["answer"] == "A6")]
    assert len(unknown) and unknown["points"].isna().all()  # "Vet ej" is no point on the scale
    assert set(answer.loc[answer["item"].str.startswith("MENT") & (answer["answer"] == "A5"), "points"]) == {"5"}
    assert not (answer["answer"] == "N/A").any() and (answer["answer"] != "").all()
    assert set(answer.loc[answer["item"] == "STARTDT", "answer"].str.len()) == {10}
    assert (comment["comment"] == "N/A").sum() == 1  # one person typed it
    assert not (comment["survey_id"] == "202604").any()  # an anonymous survey's comments stay where they are
    assert not comment["comment"].str.contains("@").any()
    assert _of(everything, "response").notes == ("survey 202604: 3 comments left out, since it has no tokens",)


def test_figures_in_the_warehouse(everything, vault, database):
    gated = expectations.gate(everything)
    with Warehouse(database) as warehouse:
        sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
        for day, expected in ((dt.date(2026, 6, 30), 38), (dt.date(2026, 11, 23), 33)):
            active = warehouse.scalar(
                "SELECT count(*) FROM raw_hris.employee e LEFT JOIN raw_hris.termination t USING (person_id) "
                "WHERE e.hire_date <= ? AND (t.termination_date IS NULL OR t.termination_date >= ?)",
                (day, day),
            )
            assert active == expected
        complete = warehouse.query("SELECT count(*) AS n FROM raw_survey.response GROUP BY survey_id, is_complete")
        assert sorted(complete["n"]) == [1, 6, 11, 24]
        books = reconcile_warehouse(warehouse)
    assert books["n_quarantined"].sum() == 1


@pytest.mark.parametrize(
    ("body", "rule"),
    [("not_json", "source_error"), ("no_content_type", "empty_file"), ("unknown_method_http500", "unreadable_body")],
)
def test_errors_of_remote_control_are_told(body, rule):
    data = (CAPTURES / "limesurvey" / "errors" / f"{body}.body").read_bytes()
    with pytest.raises(sources.SourceError, match=rule):
        result_of("survey", body, data)


def test_status_errors_are_no_data():
    data = (CAPTURES / "limesurvey" / "errors" / "bad_session_key.body").read_bytes()
    assert result_of("survey", "x", data) == Status("Invalid session key")


@pytest.mark.parametrize(
    ("file", "how", "rule"),
    [
        ("202603/export_responses.json", lambda d: d[:5000], "half_written_file"),
        ("202603/export_responses.json", lambda d: d[:5000] + b'", "error":null}', "half_written_file"),
        ("202603/export_responses.json", lambda d: b"", "empty_file"),
        (
            "202603/export_responses.json",
            lambda d: b'{"id":1,"result":{"status":"No permission"},"error":null}',
            "source_error",
        ),
        ("202603/list_questions.json", lambda d: d.replace(b'"HOURS"', b'"HOUR"'), "unknown_column"),
        ("list_surveys.json", lambda d: d.decode().encode("utf-16"), "unreadable_encoding"),
    ],
)
def test_bad_survey_bodies(tmp_path, vault, file, how, rule):
    shutil.copytree(CAPTURES / "limesurvey", tmp_path / "limesurvey")
    path = tmp_path / "limesurvey" / PERIOD.label / file
    path.write_bytes(how(path.read_bytes()))
    with pytest.raises(sources.SourceError, match=rule):
        sources.extract(SURVEYS, PERIOD, tmp_path, vault)


def test_a_survey_not_held_is_empty_and_a_missing_body_is_an_error(tmp_path, vault):
    shutil.copytree(CAPTURES / "limesurvey", tmp_path / "limesurvey")
    other = SURVEYS.model_copy(update={"surveys": {"999999": "mentee"}})
    assert [e.n_received for e in sources.extract(other, PERIOD, tmp_path, vault)] == [0, 0, 0]
    (tmp_path / "limesurvey" / PERIOD.label / "202603" / "export_responses.json").unlink()
    with pytest.raises(sources.SourceError, match="missing_file"):
        sources.extract(SURVEYS, PERIOD, tmp_path, vault)


def test_horilla_shifted_pages_and_refusals_are_told(tmp_path, vault):
    shutil.copytree(CAPTURES / "horilla", tmp_path / "horilla")
    folder = tmp_path / "horilla" / PERIOD.label
    (folder / "list_employees_page3.body").unlink()
    with pytest.raises(sources.SourceError, match="missing_rows"):
        sources.extract(HORILLA, PERIOD, tmp_path, vault)
    shutil.copy(CAPTURES / "horilla" / "bad_token.body", folder / "work_information_all.json")
    with pytest.raises(sources.SourceError, match="source_error"):
        sources.extract(HORILLA, PERIOD, tmp_path, vault)
