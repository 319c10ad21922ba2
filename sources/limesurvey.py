"""LimeSurvey, by its RemoteControl 2 interface (seen at 6.4.2): bodies parsed, surveys turned into extracts.

What carries the bodies is a `Transport`; `SavedBodies` reads saved ones. The parsing is the same for any of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from programme.period import Period
from sources.errors import SourceError
from sources.extraction import Extract
from sources.identity import Identities

if TYPE_CHECKING:
    from programme.config import Source
    from programme.vault import Vault

# Fields of a response that are no answers. Keys are codes, never headings, which change with the export language.
META = frozenset({"id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr",
                  "refurl"})  # fmt: skip
FREE_TEXT = frozenset({"T", "S", "U", "Q"})  # long, short, huge, multiple short
OTHER = "-oth-"
# "Submitted, time withheld": what an anonymous survey without date stamps writes.
WITHHELD = "1980-01-01 00:00:00"
_NO_SURVEYS = ("No surveys found",)
_NO_PARTICIPANTS = ("No survey participants found.", "Error: No survey participants table")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:\[([^\]]*)\])?")


class Transport(Protocol):
    """Carries RemoteControl result bodies, each with the name it goes by in messages."""

    def surveys(self) -> tuple[str, bytes]:
        """list_surveys."""

    def properties(self, sid: str) -> tuple[str, bytes] | None:
        """get_survey_properties, or None where it was not asked for."""

    def questions(self, sid: str) -> tuple[str, bytes]:
        """list_questions."""

    def question(self, sid: str, code: str) -> tuple[str, bytes] | None:
        """get_question_properties of a top question, or None where it was not asked for."""

    def participants(self, sid: str) -> Iterator[tuple[str, bytes]]:
        """list_participants, page by page, each starting behind the last tid of the one before."""

    def responses(self, sid: str) -> tuple[str, bytes]:
        """export_responses: JSON, completion status all, heading type code, response type short."""


class SavedBodies:
    """Bodies saved in a period's folder: list_surveys.json, then a folder for each survey."""

    def __init__(self, source: str, folder: Path) -> None:
        self._source, self._folder = source, folder

    def _read(self, name: str, required: bool = True) -> tuple[str, bytes] | None:
        path = self._folder / name
        if path.is_file():
            return name, path.read_bytes()
        if not required:
            return None
        raise SourceError(self._source, name, "missing_file", "there is no such file",
                          "Save the answer of the RemoteControl call of that name there.")  # fmt: skip

    def surveys(self) -> tuple[str, bytes]:  # noqa: D102 - see Transport
        return self._read("list_surveys.json")  # type: ignore[return-value]

    def properties(self, sid: str) -> tuple[str, bytes] | None:  # noqa: D102
        return self._read(f"{sid}/survey_properties.json", required=False)

    def questions(self, sid: str) -> tuple[str, bytes]:  # noqa: D102
        return self._read(f"{sid}/list_questions.json")  # type: ignore[return-value]

    def question(self, sid: str, code: str) -> tuple[str, bytes] | None:  # noqa: D102
        return self._read(f"{sid}/question_properties_{code}.json", required=False)

    def participants(self, sid: str) -> Iterator[tuple[str, bytes]]:  # noqa: D102
        found = (self._folder / sid).glob("list_participants*.json")
        paths = sorted(found, key=lambda p: [int(n) for n in re.findall(r"\d+", p.stem)])
        if not paths:
            self._read(f"{sid}/list_participants.json")
        for path in paths:
            yield f"{sid}/{path.name}", path.read_bytes()

    def responses(self, sid: str) -> tuple[str, bytes]:  # noqa: D102
        return self._read(f"{sid}/export_responses.json")  # type: ignore[return-value]


def result_of(source: str, file: str, body: bytes) -> Any:
    """The result of a RemoteControl body; a status error comes back as `Status`, whatever else fails is raised."""
    if not body.strip():
        raise SourceError(source, file, "empty_file", "the body is empty",
                          "Ask again, by POST and with Content-Type: application/json.")  # fmt: skip
    try:
        answer = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(source, file, "unreadable_encoding", f"byte {error.start} is no UTF-8",
                          "Save the body as it came.",
                          line=body.count(b"\n", 0, error.start) + 1) from None  # fmt: skip
    except json.JSONDecodeError as error:
        if body.lstrip()[:1] == b"<":
            raise SourceError(source, file, "unreadable_body", "the server answered with a web page",
                              "Check the interface's address and the parameters of the call.") from None  # fmt: skip
        raise SourceError(source, file, "half_written_file", f"no complete JSON: {error.msg}",
                          "Save the whole body.", line=error.lineno) from None  # fmt: skip
    if not isinstance(answer, dict) or "result" not in answer:
        raise SourceError(source, file, "unreadable_body", "no RemoteControl answer (id, result, error)",
                          "Save the body as it came.")  # fmt: skip
    if answer.get("error"):
        raise SourceError(source, file, "source_error", f"the server reports {answer['error']!r}",
                          "Mend the call and repeat it.")  # fmt: skip
    result = answer["result"]
    # Errors come with status 200 and a lone `status`.
    if isinstance(result, dict) and set(result) == {"status"}:
        return Status(str(result["status"]))
    return result


@dataclass(frozen=True, slots=True)
class Status:
    """What LimeSurvey answers instead of data."""

    text: str


def _expect(source: str, file: str, result: Any, kind: type, allowed: tuple[str, ...] = ()) -> Any:
    if isinstance(result, Status):
        if any(result.text.startswith(a) for a in allowed):
            return kind()
        raise SourceError(source, file, "source_error", f"the server reports {result.text!r}",
                          "Check the survey's id, the account's rights and the session.")  # fmt: skip
    if not isinstance(result, kind):
        raise SourceError(source, file, "unreadable_body", f"expected {kind.__name__}, found {type(result).__name__}",
                          "Save the body of the right call.")  # fmt: skip
    return result


@dataclass(slots=True)
class Question:
    """A top question: its type and the Likert points of its answer options (0 is no point)."""

    code: str
    type: str
    points: dict[str, int | None] = field(default_factory=dict)


@dataclass(slots=True)
class Survey:
    """One survey as parsed. `participants`: token to participant; `responses`: as exported, short codes."""

    sid: str
    role: str
    questions: dict[str, Question]
    responses: list[dict[str, Any]]
    participants: dict[str, dict[str, Any]]
    files: list[tuple[str, str]]
    file: str
    anonymized: str | None = None

    @property
    def has_tokens(self) -> bool:
        """Whether responses can be joined to participants."""
        return any(r.get("token") for r in self.responses)


def read_survey(source: str, transport: Transport, sid: str, role: str) -> Survey:
    """Parse one survey; participants of an anonymous one are not even asked for."""
    files: list[tuple[str, str]] = []

    def take(pair: tuple[str, bytes], kind: type, allowed: tuple[str, ...] = ()) -> Any:
        name, body = pair
        files.append((name, hashlib.sha256(body).hexdigest()))
        return _expect(source, name, result_of(source, name, body), kind, allowed)

    properties = transport.properties(sid)
    anonymized = take(properties, dict).get("anonymized") if properties else None
    questions: dict[str, Question] = {}
    for entry in take(transport.questions(sid), list):
        if int(entry.get("parent_qid") or 0):
            continue  # sub-questions stand in the same list
        code = str(entry["title"])
        questions[code] = Question(code, str(entry["type"]))
        found = transport.question(sid, code)
        if found:
            options = take(found, dict).get("answeroptions")
            if isinstance(options, dict):
                for option, about in options.items():
                    value = int(float(about.get("assessment_value") or 0))
                    questions[code].points[option] = value if value > 0 else None
    participants: dict[str, dict[str, Any]] = {}
    if role != "anonymous":
        for page in transport.participants(sid):
            for person in take(page, list, _NO_PARTICIPANTS):
                if person.get("token"):
                    participants.setdefault(str(person["token"]), person)  # pages may overlap
    file, body = transport.responses(sid)
    encoded = take((file, body), str)
    try:
        export = json.loads(base64.b64decode(encoded, validate=True).decode("utf-8-sig"))
        responses = list(export["responses"])
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        raise SourceError(source, file, "half_written_file", "the result is no base64 of a JSON export",
                          'Export as "json", heading type "code", response type "short".') from None  # fmt: skip
    survey = Survey(sid, role, questions, responses, participants, files, file, anonymized)
    _check_fields(source, survey)
    return survey


def _check_fields(source: str, survey: Survey) -> None:
    rule, remedy = "unknown_column", 'Export with heading type "code" and save list_questions of the same survey.'
    if survey.role == "anonymous":
        rule, remedy = "forbidden_field", "An anonymous survey holds nothing but its questions; switch this field off."
    for position, response in enumerate(survey.responses, 1):
        if "id" not in response or "submitdate" not in response:
            raise SourceError(source, survey.file, "missing_column", "a response without id or submitdate",
                              'Export with heading type "code".', line=position)  # fmt: skip
        for key in response.keys() - META:
            match = _FIELD.fullmatch(key)
            if not match or match[1] not in survey.questions:
                problem = f"field {key!r} belongs to no question"
                raise SourceError(source, survey.file, rule, problem, remedy, line=position)


def points_of(question: Question, answer: str) -> int | None:
    """Likert points of a short code; None for whatever is no point on the scale."""
    if question.points:
        return question.points.get(answer)
    if question.type in ("5", "A") and answer in ("1", "2", "3", "4", "5"):
        return int(answer)
    return None


def read_surveys(source: Source, period: Period, folder: Path, vault: Vault) -> list[Extract]:
    """Extracts of all surveys of a source: the token surveys' three datasets, or the anonymous lane's one."""
    from sources.survey_rows import anonymous_extract, token_extracts

    transport = SavedBodies(source.name, folder)
    name, body = transport.surveys()
    listed = _expect(source.name, name, result_of(source.name, name, body), list, _NO_SURVEYS)
    held = {str(s["sid"]) for s in listed}
    head = (name, hashlib.sha256(body).hexdigest())
    # A survey that is not in the list was not held in this period.
    surveys = [
        read_survey(source.name, transport, sid, role) for sid, role in sorted(source.surveys.items()) if sid in held
    ]
    identities = Identities(vault, period)
    extracts: list[Extract] = []
    if source.name == "survey":
        extracts += token_extracts(source.name, [s for s in surveys if s.role != "anonymous"], period, head, identities)
    if source.name == "anonymous" or "anonymous" in source.surveys.values():
        extracts.append(anonymous_extract(source.name, [s for s in surveys if s.role == "anonymous"], period, head))
    return extracts
