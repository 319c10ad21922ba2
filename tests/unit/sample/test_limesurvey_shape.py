"""The survey files have the very shape of bodies recorded from a LimeSurvey server: the same keys, the same types."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from sources.sample import Sample
from tests.unit.sample.runs import run

DATA = Path(__file__).parents[2] / "data"
CAPTURES = DATA / "captures" / "limesurvey" / "2026Q3"
KINDS = {"WELL": "MENT", "HOURS": "HOURS", "GOOD": "FREE", "CONTACT": "CONTACT", "STAY": "ROLE"}


@pytest.fixture(scope="module")
def files():
    return run(Sample(n_employees=400), "2024Q4")[-1].files


def captured(name: str, sid: int = 202603):
    """A recorded body: those that no connector asks for lie in a folder of their own."""
    for path in (CAPTURES / str(sid) / f"{name}.json", DATA / "limesurvey" / f"{name}.body"):
        if path.is_file():
            return json.loads(path.read_bytes())
    raise FileNotFoundError(name)


def captured_question(code: str):
    return captured(f"question_properties_{code}")["result"]


def shape(value):
    """Keys and types; lists by the union over their members, as an optional value is null in some."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items()}
    return type(value).__name__


def body(files, name, sid=410101):
    return json.loads(files[f"survey/2024Q4/{sid}/{name}.json"])


def responses(result: str) -> list[dict]:
    return json.loads(base64.b64decode(result, validate=True))["responses"]


@pytest.mark.parametrize(("ours", "theirs"), [("survey_properties", "survey_properties_202603"),
                                              ("language_properties", "language_properties")])  # fmt: skip
def test_properties(files, ours, theirs):
    assert shape(body(files, ours)) == shape(captured(theirs))


def test_anonymous_properties(files):
    ours, theirs = body(files, "survey_properties", 410104), captured("survey_properties_202604")
    assert shape(ours) == shape(theirs)
    assert all(ours["result"][k] == theirs["result"][k] for k in ("anonymized", "datestamp", "refurl", "ipaddr"))


def test_survey_list(files):
    ours, theirs = json.loads(files["survey/2024Q4/list_surveys.json"]), captured("list_surveys")
    assert shape(ours["result"][0]) == shape(theirs["result"][0])
    assert [s["sid"] for s in ours["result"]] == [410101, 410102, 410103, 410104]


def test_questions(files):
    ours, theirs = body(files, "list_questions"), captured("list_questions")
    for is_sub in (False, True):
        one, two = (next(q for q in b["result"] if bool(q["parent_qid"]) is is_sub) for b in (ours, theirs))
        assert shape(one) == shape(two)
    assert len({q["qid"] for q in ours["result"]}) == len(ours["result"])
    for code, known in KINDS.items():
        one, two = body(files, f"question_properties_{code}")["result"], captured_question(known)
        for part in ("subquestions", "answeroptions", "available_answers"):
            one_part, two_part = one.pop(part), two.pop(part)
            if isinstance(two_part, dict):
                assert shape(next(iter(one_part.values()))) == shape(next(iter(two_part.values())))
            else:
                assert one_part == two_part
        assert shape(one) == shape(two)
    options = body(files, "question_properties_WELL")["result"]["answeroptions"]
    assert options == captured_question("MENT")["answeroptions"] | {"A6": options["A6"]}


def test_participants(files):
    ours, theirs = body(files, "list_participants")["result"], captured("list_participants_0")["result"]
    assert shape(ours[0]) == {k: v for k, v in shape(theirs[0]).items() if k != "attribute_3"}
    assert body(files, "list_participants", 410104)["result"] == {"status": "Error: No survey participants table"}
    assert [p["tid"] for p in ours] == sorted(p["tid"] for p in ours)


def test_responses(files):
    theirs = responses(captured("export_responses")["result"])
    ours = responses(body(files, "export_responses")["result"])
    meta = list(theirs[0])[:9]
    assert list(ours[0])[:9] == meta
    kinds = {name: {type(r[name]) for r in theirs} for name in meta}
    assert all(type(r[name]) in kinds[name] for r in ours for name in meta)
    assert all(isinstance(v, str) for r in ours for k, v in r.items() if k not in ("id", "lastpage"))
    tokens = {p["token"] for p in body(files, "list_participants")["result"]}
    assert {r["token"] for r in ours} <= tokens and len({r["token"] for r in ours}) == len(ours) < len(tokens)
    employees = responses(body(files, "export_responses", 410103)["result"])
    incomplete = [r for r in employees if r["submitdate"] == ""]
    assert incomplete and all(r["NET"] == "" for r in incomplete)


def test_anonymous_responses(files):
    theirs = responses(captured("export_responses", 202604)["result"])
    ours = responses(body(files, "export_responses", 410104)["result"])
    assert list(ours[0])[:5] == list(theirs[0])[:5]
    assert {r["submitdate"] for r in ours} == {"1980-01-01 00:00:00"}
    assert {r["PART"] for r in ours} == {"A1", "A2", "A3"} and {r["G_ETH"] for r in ours} == {"Y", "N", ""}
