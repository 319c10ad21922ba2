"""Parsed surveys to rows: responses, answers and comments of token surveys; the anonymous lane's groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from programme.period import Period
from sources.contracts import dataset
from sources.errors import SourceError
from sources.extraction import Extract, text_frame
from sources.identity import Identities
from sources.limesurvey import FREE_TEXT, OTHER, WITHHELD, Survey, points_of

_IDENTIFYING = ("token", "ipaddr", "refurl", "startdate", "datestamp")
_OUTCOMES = {"intention_to_stay": "STAY", "career": "CAREER", "safety": "SAFE"}
GROUND = "G_"  # prefix of the questions on grounds, answered Y, N or not at all
_YES_NO = {"Y": "1", "N": "0"}
PARTICIPATION = {"A1": "mentee", "A2": "mentor", "A3": "none"}


class _Rows:
    """Columns of one dataset while they grow."""

    def __init__(self, *names: str) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in names}
        self.files: list[str] = []

    def add(self, file: str, **values: Any) -> None:
        for name, column in self.columns.items():
            column.append(values[name])
        self.files.append(file)

    def extract(
        self, name: tuple[str, str], period: Period, files: Sequence[tuple[str, str]], notes: tuple[str, ...] = ()
    ) -> Extract:
        item = dataset(*name)
        frame = text_frame(item, self.columns, range(1, len(self.files) + 1), self.files)
        return Extract(item, period, tuple(files), frame, len(frame), notes=notes)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def token_extracts(
    source: str, surveys: list[Survey], period: Period, head: tuple[str, str], identities: Identities
) -> list[Extract]:
    """survey.response, survey.answer and survey.comment. `line` counts the rows of each dataset.

    A survey without tokens gives responses without person, and its comments are not loaded.
    """
    response = _Rows("survey_id", "response_id", "person_id", "role", "cohort", "is_complete", "language")
    answer = _Rows("survey_id", "response_id", "item", "answer", "points")
    comment = _Rows("survey_id", "response_id", "item", "language", "comment")
    files, notes = [head], []
    for survey in surveys:
        files += survey.files
        people = list(survey.participants.values())
        info = [p.get("participant_info") or {} for p in people]
        identities.mention(
            [{"first_name": i.get("firstname"), "last_name": i.get("lastname"), "email": i.get("email"),
              "employee_number": _text(p.get("attribute_1")) or None} for i, p in zip(info, people, strict=True)]
        )  # fmt: skip
        numbers = [_text(p.get("attribute_1")) or None for p in people]
        ids = dict(zip(survey.participants, identities.pseudonyms(numbers), strict=True))
        lost = left = 0
        for row in survey.responses:
            token = _text(row.get("token"))
            known = survey.participants.get(token, {})
            person = ids.get(token)
            lost += bool(token) and person is None
            where = {"survey_id": survey.sid, "response_id": _text(row["id"])}
            language = _text(row.get("startlanguage")) or None
            response.add(
                survey.file, **where, person_id=person, role=survey.role,
                cohort=_text(known.get("attribute_2")) or None,
                is_complete="true" if _text(row["submitdate"]) else "false", language=language,
            )  # fmt: skip
            for key, value in row.items():
                code = key.split("[", 1)[0]
                text = _text(value)
                if code not in survey.questions or not text:
                    continue  # unanswered, unseen and empty are all ""
                question = survey.questions[code]
                if question.type in FREE_TEXT or key.endswith(("[other]", "comment]")):
                    if survey.has_tokens:
                        comment.add(survey.file, **where, item=key, language=language, comment=text)
                    else:
                        left += 1
                    continue
                if question.type == "D":
                    text = text[:10]
                points = None if text == OTHER else points_of(question, text)
                answer.add(survey.file, **where, item=key, answer=text, points=None if points is None else str(points))
        if lost:
            notes.append(f"survey {survey.sid}: {lost} responses whose token leads to no employee number")
        if left:
            notes.append(f"survey {survey.sid}: {left} comments left out, since it has no tokens")
    comment.columns["comment"] = identities.redactor.redact(comment.columns["comment"]) if comment.files else []
    return [
        response.extract(("survey", "response"), period, files, tuple(notes)),
        answer.extract(("survey", "answer"), period, files),
        comment.extract(("survey", "comment"), period, files),
    ]


def refuse_identifying(source: str, survey: Survey) -> None:
    """SourceError if an anonymous survey holds anything that leads to a person: not even its other rows are read."""
    remedy = "Anonymise responses and switch off date stamps, IP addresses and referrers; hold the survey again."
    if survey.anonymized is not None and survey.anonymized != "Y":
        raise SourceError(source, survey.files[0][0], "not_anonymous", "anonymized is not Y", remedy)
    for position, row in enumerate(survey.responses, 1):
        found = [key for key in _IDENTIFYING if key in row]
        if found:
            problem = f"an anonymous survey with {', '.join(found)}"
            raise SourceError(source, survey.file, "forbidden_field", problem, remedy, line=position)
        if _text(row["submitdate"]) not in ("", WITHHELD):
            problem = "an anonymous survey with times of submission"
            raise SourceError(source, survey.file, "forbidden_field", problem, remedy, line=position)
    for code, question in survey.questions.items():
        if question.type == "S" or code.upper() in ("EMAIL", "TOKEN", "ID", "NAME", "NAMN", "ANSTNR", "PNR"):
            raise SourceError(source, survey.file, "forbidden_field", f"question {code} may identify whoever answers",
                              "Remove it or make it a long text, which is not loaded; ask again.")  # fmt: skip


def anonymous_extract(source: str, surveys: list[Survey], period: Period, head: tuple[str, str]) -> Extract:
    """anonymous.self_identification: a row for each submitted response and ground answered, in the order of content.

    Response ids, languages and comments are left behind; the order of answering is lost by sorting.
    """
    rows: list[tuple[str, ...]] = []
    files, notes = [head], []
    for survey in surveys:
        refuse_identifying(source, survey)
        files += survey.files
        grounds = sorted(code for code in survey.questions if code.startswith(GROUND))
        if not grounds or not {"PART", *_OUTCOMES.values()} <= survey.questions.keys():
            raise SourceError(source, survey.file, "missing_column",
                              "expected questions G_<ground>, PART, STAY, CAREER and SAFE",
                              "Build the survey from the delivered template, or take it out of `surveys`.")  # fmt: skip
        comments, texts = 0, [code for code, question in survey.questions.items() if question.type in FREE_TEXT]
        for row in survey.responses:
            comments += sum(bool(_text(row.get(code))) for code in texts)
            if not _text(row["submitdate"]):
                continue
            part = _text(row.get("PART"))
            points = []
            for code in _OUTCOMES.values():
                value = points_of(survey.questions[code], _text(row.get(code)))
                points.append("" if value is None else str(value))
            for code in grounds:
                group = _text(row.get(code))
                if group:
                    ground = code.removeprefix(GROUND)
                    group = ground + _YES_NO[group] if group in _YES_NO else group
                    rows.append((survey.sid, ground, group, PARTICIPATION.get(part, part), *points))
        if comments:
            notes.append(f"survey {survey.sid}: {comments} comments left out, since it is anonymous")
    rows.sort()
    names = ("survey_id", "ground", "group_code", "participation", *_OUTCOMES)
    out = _Rows("row_number", *names)
    for number, row in enumerate(rows, 1):
        out.add("export_responses.json", row_number=str(number),
                **{name: value or None for name, value in zip(names, row, strict=True)})  # fmt: skip
    return out.extract(("anonymous", "self_identification"), period, files, tuple(notes))
