"""Horilla (REST, seen at 1.5.0): saved bodies to the HRIS contracts.

What Horilla cannot tell stays empty or is said to be unknown; nothing is invented:
- terminations have no endpoint. A contract's end date becomes a termination with reason `other`, since the end of a
  fixed term and a resignation look the same. Future ones are included. Voluntary turnover cannot be told.
- `is_active` is not used: it is switched off late or early, while dates say when.
- level, pay band, job family and full-time equivalent do not exist; birth year and location are often empty.
- one employment a person, from the date of joining; earlier jobs and units are not known.
- units are the departments, below the company.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from programme.period import Period
from sources.contracts import dataset
from sources.contracts.codes import EMPLOYMENT_TYPE
from sources.errors import SourceError
from sources.extraction import Extract, make_rejects, relaxed, text_frame
from sources.identity import Identities

if TYPE_CHECKING:
    from programme.config import Source
    from programme.vault import Vault

# Columns that may be empty, since Horilla does not know them or does not demand them.
OPTIONAL = {
    "employee": ("sex", "birth_year", "location"),
    "employment": ("employment_type", "job_title", "job_family", "level", "pay_band", "full_time_equivalent",
                   "organisation_id"),
    "organisation": (),
    "termination": (),
}  # fmt: skip
_SEX = {"female": "Kvinna", "male": "Man", "other": "Annat"}
_EMPLOYEES, _WORK, _PAGES = "employees_all_detail", "work_information_all", "list_employees_page"


class _Bodies:
    """The saved bodies of one delivery and their hashes."""

    def __init__(self, source: str, folder: Path) -> None:
        self.source, self.folder = source, folder
        self.files: list[tuple[str, str]] = []

    def paths(self, stem: str) -> list[Path]:
        """Files `<stem>.json`, `<stem>.body` or `<stem><number>...`, numbers in order."""
        pattern = re.compile(re.escape(stem) + r"_?(\d+)?\.(json|body)")
        found = [(int(m[1] or 0), p) for p in self.folder.iterdir() if (m := pattern.fullmatch(p.name))]
        return [p for _, p in sorted(found)]

    def read(self, path: Path) -> Any:
        """The JSON of a body; SourceError for web pages, error answers and halves."""
        body = path.read_bytes()
        self.files.append((path.name, hashlib.sha256(body).hexdigest()))
        if not body.strip():
            raise SourceError(self.source, path.name, "empty_file", "the body is empty",
                              "Ask again; Horilla redirects addresses without a slash at the end.")  # fmt: skip
        try:
            answer = json.loads(body.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise SourceError(self.source, path.name, "unreadable_encoding", f"byte {error.start} is no UTF-8",
                              "Save the body as it came.") from None  # fmt: skip
        except json.JSONDecodeError as error:
            if body.lstrip()[:1] == b"<":
                raise SourceError(self.source, path.name, "unreadable_body", "the server answered with a web page",
                                  "It crashed, or the address is wrong.") from None  # fmt: skip
            raise SourceError(self.source, path.name, "half_written_file", f"no complete JSON: {error.msg}",
                              "Save the whole body.", line=error.lineno) from None  # fmt: skip
        # Refusals come as 200 or 400 with one of these keys alone.
        if isinstance(answer, dict) and "id" not in answer:
            for key in ("error", "message", "detail"):
                if key in answer:
                    raise SourceError(self.source, path.name, "source_error", f"the server reports {answer[key]!r}",
                                      "Check the token and the account's permissions.")  # fmt: skip
        return answer

    def records(self, whole: str, single: str) -> tuple[str, list[dict[str, Any]]]:
        """Records from one file with all of them, or from a file each."""
        paths = self.paths(whole)
        if paths:
            answer = self.read(paths[0])
            if not isinstance(answer, list):
                raise SourceError(self.source, paths[0].name, "unreadable_body", "expected a list of records",
                                  "Save the detail records as one list.")  # fmt: skip
            return paths[0].name, answer
        found = [self.read(path) for path in self.paths(single)]
        if not found:
            raise SourceError(self.source, f"{whole}.json", "missing_file", "there is no such file",
                              f"Save the detail records there, or each as {single}_<id>.json.")  # fmt: skip
        return f"{single}_*.json", found


def _text(value: Any) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def read_horilla(source: Source, period: Period, folder: Path, vault: Vault) -> list[Extract]:
    """hris.employee, employment, organisation and termination from details and work information.

    Keys that pass through an empty relation are absent, ids are text in one place and numbers in another. The account
    behind the interface is itself a row, without badge: it goes to quarantine.
    """
    bodies = _Bodies(source.name, folder)
    file, people = bodies.records(_EMPLOYEES, "employee")
    work_file, infos = bodies.records(_WORK, "work_information")
    _check_count(bodies, people, file)
    work = {str(w["employee_id"]): (line, w) for line, w in enumerate(infos, 1)}
    badge = {str(p["id"]): _text(p.get("badge_id")) for p in people}
    missing = sorted(i for i, b in badge.items() if b and i not in work)
    if missing:
        raise SourceError(source.name, work_file, "missing_rows",
                          f"no work information of {len(missing)} employees, first with id {missing[0]}",
                          "Fetch both again, in one go.")  # fmt: skip
    identities = Identities(vault, period)
    staff = [(line, p, *work[str(p["id"])]) for line, p in enumerate(people, 1) if badge[str(p["id"])]]
    rejects = [
        (line, file, "missing_value", "badge_id: expected an employee number, found none; an account is no employee")
        for line, p in enumerate(people, 1) if not badge[str(p["id"])]
    ]  # fmt: skip
    numbers = [badge[str(p["id"])] for _, p, _, _ in staff]
    employee = {
        "person_id": numbers,
        "first_name": [_text(p.get("employee_first_name")) for _, p, _, _ in staff],
        "last_name": [_text(p.get("employee_last_name")) for _, p, _, _ in staff],
        "email": [_text(w.get("email")) or _text(p.get("email")) for _, p, _, w in staff],
        "sex": [_SEX.get(p.get("gender") or "", _text(p.get("gender"))) for _, p, _, _ in staff],
        "birth_year": [_text(p.get("dob")) for _, p, _, _ in staff],
        "hire_date": [_text(w.get("date_joining")) for _, _, _, w in staff],
        "original_hire_date": [None] * len(staff),
        "location": [_text(w.get("location")) for _, _, _, w in staff],
    }
    n = len(staff)
    employment = {
        "person_id": numbers,
        "employment_id": [f"W{w['id']}" for _, _, _, w in staff],
        "effective_date": employee["hire_date"],
        "end_date": [_text(w.get("contract_end_date")) for _, _, _, w in staff],
        "employment_type": [_text(w.get("employee_type_name")) for _, _, _, w in staff],
        "job_title": [_text(w.get("job_position_name")) for _, _, _, w in staff],
        **{name: [None] * n for name in ("job_family", "level", "pay_band", "full_time_equivalent", "end_reason")},
        "organisation_id": [_unit("D", w.get("department_id")) for _, _, _, w in staff],
        "manager_person_id": [_manager(badge, w) for _, _, _, w in staff],
    }
    unknown = {t for t in employment["employment_type"] if t and t not in EMPLOYMENT_TYPE}
    notes = (f"{work_file}: {len(unknown)} employment types not in the contract",) if unknown else ()
    ended = [k for k in range(n) if employment["end_date"][k]]
    termination = {
        "person_id": [numbers[k] for k in ended],
        "termination_date": [employment["end_date"][k] for k in ended],
        "reason_category": ["Annat"] * len(ended),
    }
    lines, work_lines = [line for line, _, _, _ in staff], [line for _, _, line, _ in staff]
    units = _units([w for _, _, _, w in staff])
    files = tuple(bodies.files)

    def made(name: str, columns: dict[str, list[Any]], at: list[int], where: str, rejected: list[Any]) -> Extract:
        item = dataset("hris", name)
        frame = text_frame(item, identities.replace(item, columns), at, where)
        return Extract(
            relaxed(item, OPTIONAL[name]), period, files, frame, len(frame) + len(rejected),
            make_rejects(rejected), OPTIONAL[name], notes if name == "employment" else (),
        )  # fmt: skip

    return [
        made("employee", employee, lines, file, rejects),
        made("employment", employment, work_lines, work_file, []),
        made("organisation", units, list(range(1, len(units["organisation_id"]) + 1)), work_file, []),
        made("termination", termination, [work_lines[k] for k in ended], work_file, []),
    ]


def _check_count(bodies: _Bodies, people: list[dict[str, Any]], file: str) -> None:
    """Where the paged list was saved too, its count must agree: edits between two pages shift rows."""
    pages = [bodies.read(path) for path in bodies.paths(_PAGES)]
    if not pages:
        return
    listed = {str(entry["id"]) for page in pages for entry in page["results"]}
    found = {str(p["id"]) for p in people}
    if listed != found or len(listed) != pages[0]["count"]:
        raise SourceError(
            bodies.source, file, "missing_rows",
            f"the list counts {pages[0]['count']} and shows {len(listed)} people, details are of {len(found)}",
            "Fetch the list and the details again, while nobody edits.",
        )  # fmt: skip


def _unit(prefix: str, value: Any) -> str | None:
    text = _text(value)
    return f"{prefix}{text}" if text else None


def _manager(badge: dict[str, str | None], work: dict[str, Any]) -> str | None:
    manager = _text(work.get("reporting_manager_id"))
    # A manager who is not in the details must not turn into "no manager": such a text is no number, and is rejected.
    return badge.get(manager, f"?id {manager}") if manager else None


def _units(infos: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Companies and their departments, as far as anyone works in them."""
    companies = {_unit("C", w["company_id"]): _text(w.get("company_name")) for w in infos if w.get("company_id")}
    found: dict[str | None, tuple[str | None, str | None]] = {i: (name, None) for i, name in companies.items()}
    for w in infos:
        if w.get("department_id"):
            found[_unit("D", w["department_id"])] = (_text(w.get("department_name")), _unit("C", w.get("company_id")))
    ids = sorted(i for i in found if i)
    return {
        "organisation_id": ids,
        "organisation_name": [found[i][0] for i in ids],
        "superior_id": [found[i][1] for i in ids],
        "cost_centre": [None] * len(ids),
    }
