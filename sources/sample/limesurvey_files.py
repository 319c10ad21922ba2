"""Writes a survey wave as bodies of LimeSurvey's RemoteControl API, shaped like those recorded from version 6.4.2."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from sources.sample.questionnaires import Question, Survey

_NONE, _NO_OPTIONS = "No available answers", "No available answer options"


@cache
def shapes() -> dict[str, Any]:
    """A server's default properties of surveys and questions, by kind."""
    return json.loads((Path(__file__).parent / "limesurvey_shapes.json").read_text(encoding="utf-8"))


def body(number: int, result: Any) -> bytes:
    """A JSON-RPC answer."""
    return json.dumps({"id": number, "result": result, "error": None}, separators=(",", ":")).encode()


def survey_list(surveys: list[Survey]) -> bytes:
    """The answer of list_surveys."""
    return body(
        5, [{"sid": s.sid, "surveyls_title": s.sv, "startdate": None, "expires": None, "active": "Y"} for s in surveys]
    )


def survey_files(
    survey: Survey, participants: list[dict[str, Any]], responses: list[dict[str, Any]]
) -> dict[str, bytes]:
    """File name to body for one survey; an anonymous one has no participants' file with people in it."""
    files = {
        "survey_properties.json": body(7, _properties(survey)),
        "language_properties.json": body(8, {**shapes()["language_properties"], "surveyls_survey_id": survey.sid,
                                             "surveyls_title": survey.sv}),
        "list_questions.json": body(10, list_questions(survey)),
        "export_responses.json": body(46, base64.b64encode(_export(responses)).decode()),
    }  # fmt: skip
    if survey.is_anonymous:
        files["list_participants.json"] = body(34, {"status": "Error: No survey participants table"})
    elif not participants:
        files["list_participants.json"] = body(34, {"status": "No survey participants found."})
    else:
        files["list_participants.json"] = body(34, [_participant(p) for p in participants])
    for place, question in enumerate(survey.questions):
        files[f"question_properties_{question.code}.json"] = body(13 + place, question_properties(survey, question))
    return files


def _export(responses: list[dict[str, Any]]) -> bytes:
    text = json.dumps({"responses": responses}, separators=(",", ":"), ensure_ascii=False)
    return text.replace("/", "\\/").encode()  # as PHP writes it


def _participant(p: dict[str, Any]) -> dict[str, Any]:
    return {
        "tid": p["tid"], "token": p["token"],
        "participant_info": {"firstname": p["first_name"], "lastname": p["last_name"], "email": p["email"]},
        "completed": p["completed"], "usesleft": 1 if p["completed"] == "N" else 0, "language": p["language"],
        "attribute_1": p["number"], "attribute_2": p["cohort"], "remindersent": "N", "sent": "N", "validfrom": None,
        "validuntil": None, "emailstatus": "OK",
    }  # fmt: skip


def _properties(survey: Survey) -> dict[str, Any]:
    found = {**shapes()["survey_properties"], "sid": survey.sid}
    if survey.is_anonymous:
        return {**found, **shapes()["anonymous_properties"], "attributedescriptions": None}
    words = {"attribute_1": "Anställningsnummer", "attribute_2": "Omgång"}
    found["attributedescriptions"] = json.dumps({
        name: {"description": text, "mandatory": "N", "encrypted": "N", "show_register": "N", "cpdbmap": ""}
        for name, text in words.items()
    })  # fmt: skip
    return found


def _numbers(survey: Survey) -> dict[str, tuple[int, int]]:
    """Question id of each question, and the id before its first sub-question."""
    base = (survey.sid % 1000) * 1000
    result, sub = {}, base + 500
    for place, question in enumerate(survey.questions, 1):
        result[question.code] = (base + place, sub)
        sub += len(question.subs)
    return result


def list_questions(survey: Survey) -> list[dict[str, Any]]:
    """Questions and sub-questions mixed, as the server gives them."""
    result, ids = [], _numbers(survey)
    for place, q in enumerate(survey.questions, 1):
        qid, sub = ids[q.code]
        common = {"language": "sv", "sid": survey.sid, "gid": survey.sid % 1000 * 10 + q.page}
        for k, (sv, _) in enumerate(q.subs, 1):
            result.append({**shapes()["subquestion"], **common, "id": sub + k, "qid": sub + k, "parent_qid": qid,
                           "title": f"SQ{k:03d}", "question": sv, "question_order": k - 1})  # fmt: skip
        result.append({**shapes()["list_question"], **common, "id": qid, "qid": qid, "type": q.kind, "title": q.code,
                       "question": q.sv, "question_order": place, "mandatory": "N",
                       "question_theme_name": shapes()["question"][q.kind]["theme"]})  # fmt: skip
    return result


def question_properties(survey: Survey, q: Question) -> dict[str, Any]:
    """The answer of get_question_properties: sub-questions by id, answer options with their assessment values."""
    _, sub = _numbers(survey)[q.code]
    subs = {str(sub + k): {"title": f"SQ{k:03d}", "question": sv, "scale_id": 0} for k, (sv, _) in enumerate(q.subs, 1)}
    options = {code: {"answer": sv, "assessment_value": points, "scale_id": 0, "order": k}
               for k, (code, sv, _, points) in enumerate(q.options)}  # fmt: skip
    shape = shapes()["question"][q.kind]
    return {
        "subquestions": subs or _NONE, "answeroptions": options or _NO_OPTIONS, "attributes": shape["attributes"],
        "attributes_lang": shape["attributes_lang"], "type": q.kind, "title": q.code, "other": "N", "mandatory": "N",
        "relevance": "1", "available_answers": {s["title"]: s["question"] for s in subs.values()} or _NONE,
        "defaultvalue": None,
    }  # fmt: skip
