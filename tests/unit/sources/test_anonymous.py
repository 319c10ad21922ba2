"""The anonymous lane: what may come in, and that nothing in it leads to anybody."""

from __future__ import annotations

import base64
import json

import pytest

import expectations
import sources
from programme.config import Source
from tests.unit.sources.conftest import PERIOD

SOURCE = Source(name="anonymous", kind="limesurvey_files", folder="survey", surveys={"410104": "anonymous"})
CODES = {"G_ETH": "Y", "G_DIS": "Y", "G_ORI": "Y", "PART": "L", "STAY": "L", "CAREER": "L", "SAFE": "L", "GOOD": "T"}


def _body(result):
    return json.dumps({"id": 1, "result": result, "error": None}).encode()


def _response(number, **answers):
    meta = {"id": number, "submitdate": "1980-01-01 00:00:00", "lastpage": 1, "startlanguage": "sv", "seed": "7"}
    return meta | dict.fromkeys(CODES, "") | answers


@pytest.fixture
def survey(tmp_path):
    folder = tmp_path / "survey" / PERIOD.label
    (folder / "410104").mkdir(parents=True)
    (folder / "list_surveys.json").write_bytes(_body([{"sid": 410104, "surveyls_title": "x", "active": "Y"}]))
    questions = [{"title": c, "type": t, "parent_qid": 0, "qid": k} for k, (c, t) in enumerate(CODES.items(), 1)]
    (folder / "410104" / "list_questions.json").write_bytes(_body(questions))
    options = {f"A{k}": {"answer": "x", "assessment_value": k % 6, "order": k} for k in range(1, 7)}
    for code in ("STAY", "CAREER", "SAFE"):
        path = folder / "410104" / f"question_properties_{code}.json"
        path.write_bytes(_body({"title": code, "type": "L", "answeroptions": options}))

    def write(responses, anonymized="Y"):
        (folder / "410104" / "survey_properties.json").write_bytes(_body({"sid": 410104, "anonymized": anonymized}))
        export = base64.b64encode(json.dumps({"responses": responses}).encode()).decode()
        (folder / "410104" / "export_responses.json").write_bytes(_body(export))
        return tmp_path

    return write


GOOD = [
    _response(3, G_ETH="Y", G_DIS="N", PART="A1", STAY="A5", CAREER="A4", SAFE="A6", GOOD="Jag heter Kanarie1"),
    _response(1, G_ETH="N", PART="A3", STAY="A2"),
    _response(2, G_ETH="Y", PART="A1", STAY="A5", CAREER="A4", SAFE=""),
    _response(4, G_ETH="Y", PART="A1", STAY="A1") | {"submitdate": ""},
]


def test_one_row_for_each_ground_answered_in_the_order_of_content(survey, vault):
    (found,) = sources.extract(SOURCE, PERIOD, survey(GOOD), vault)
    rows = found.frame[["row_number", "ground", "group_code", "participation", "intention_to_stay", "career", "safety"]]
    assert rows.to_numpy().tolist() == [
        ["1", "DIS", "DIS0", "mentee", "5", "4", None],
        ["2", "ETH", "ETH0", "none", "2", None, None],
        ["3", "ETH", "ETH1", "mentee", "5", "4", None],
        ["4", "ETH", "ETH1", "mentee", "5", "4", None],
    ]
    (gated,) = expectations.gate([found])
    assert len(gated.accepted) == 4


def test_order_of_answering_ids_and_comments_leave_no_trace(survey, vault):
    (one,) = sources.extract(SOURCE, PERIOD, survey(GOOD), vault)
    shuffled = [r | {"id": 90 + k, "seed": str(k)} for k, r in enumerate(reversed(GOOD))]
    (other,) = sources.extract(SOURCE, PERIOD, survey(shuffled), vault)
    assert one.frame.equals(other.frame)
    assert "Kanarie" not in one.frame.to_csv() and one.notes == (
        "survey 410104: 1 comments left out, since it is anonymous",
    )


@pytest.mark.parametrize(
    "field",
    [
        {"token": "abc"},
        {"token": ""},
        {"ipaddr": "127.0.0.1"},
        {"email": "a@example.se"},
        {"attribute_1": "E00001"},
        {"submitdate": "2026-08-01 12:00:00"},
        {"startdate": "2026-08-01 12:00:00"},
        {"ANSTNR": "E00001"},
    ],
)
def test_whatever_may_identify_refuses_the_whole_survey(survey, vault, field):
    with pytest.raises(sources.SourceError, match="forbidden_field") as caught:
        sources.extract(SOURCE, PERIOD, survey([GOOD[0], GOOD[1] | field]), vault)
    assert caught.value.line == 2 and "E00001" not in str(caught.value)


def test_a_survey_that_is_not_anonymised_is_refused(survey, vault):
    with pytest.raises(sources.SourceError, match="not_anonymous"):
        sources.extract(SOURCE, PERIOD, survey(GOOD, anonymized="N"), vault)
