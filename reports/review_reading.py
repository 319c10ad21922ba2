"""Reads the programme office's decisions back from a review workbook."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from programme.config import Override
from reports.review_texts import LANGUAGES, text

META = "adept"
PAIR_COLUMNS = (
    "number",
    "mentee",
    "mentor",
    "score",
    "skills",
    "goals",
    "interests",
    "preference",
    "experience",
    "distance",
    "explanation",
    "decision",
    "new_mentor",
    "reason",
    "expires_on",
    "mentee_id",
    "mentor_id",
)
DECISIONS = {"keep": "Keep", "lock": "Lock", "forbid": "Forbid", "swap": "Swap"}
_PERSON = re.compile(r"p[0-9a-f]{20}")


class ReviewError(ValueError):
    """A review workbook that cannot be read; each line of the message names sheet, row and remedy."""


def read_review(data: bytes, *, proposal_hash: str | None = None) -> list[Override]:
    """The decisions as overrides, in the order of rows: lock, forbid; a swap locks the mentee with the new mentor.

    Rows may have been sorted or filtered. `proposal_hash`: the proposal that is under review; the workbook of
    another one is refused. ReviewError lists every fault at once.
    """
    try:
        book = load_workbook(io.BytesIO(data))
        facts, mentors = _facts(book[META])
        sheet, summary = book[facts["pairs_sheet"]], book[facts["summary_sheet"]]
    except (KeyError, zipfile.BadZipFile, InvalidFileException, OSError, ValueError):
        raise ReviewError(
            "this is no review workbook of Adept, or a sheet was renamed; start from the file as made"
        ) from None
    if proposal_hash is not None and facts["proposal_hash"] != proposal_hash:
        raise ReviewError(f"sheet {summary.title}: the workbook reviews proposal {facts['proposal_hash']}, expected "
                          f"{proposal_hash}; write the decisions into the newest workbook")  # fmt: skip
    faults: list[str] = []
    author_at = f"sheet {summary.title}, row {_row_of(facts['reviewer_cell'])}"
    try:
        author = _text(summary[facts["reviewer_cell"]].value)
    except _FaultError as fault:
        author, faults = "", [f"{author_at}: {fault}"]
    found: list[Override] = []
    seen: dict[str, int] = {}
    for number in range(2, sheet.max_row + 1):
        row = {c: sheet.cell(number, at).value for at, c in enumerate(PAIR_COLUMNS, start=1)}
        if all(value is None or value == "" for value in row.values()):
            continue
        try:
            if row["mentee_id"] in seen:
                raise _FaultError(f"the pair is there already, in row {seen[row['mentee_id']]}; delete one of the two")
            seen[row["mentee_id"]] = number
            decision = _decision(row, facts["cohort"], author, mentors)
        except _FaultError as fault:
            faults.append(f"sheet {sheet.title}, row {number}: {fault}")
            continue
        if decision is not None:
            found.append(decision)
    if len(seen) != facts["n_pairs"] and not faults:
        faults.append(
            f"sheet {sheet.title}: {len(seen)} pairs, expected {facts['n_pairs']}; rows were deleted or added"
        )
    if found and not author and not faults:
        faults.append(f"{author_at}: write the reviewer's name in {facts['reviewer_cell']}")
    if faults:
        raise ReviewError("\n".join(faults))
    return found


class _FaultError(Exception):
    pass


def _facts(sheet: Worksheet) -> tuple[dict[str, Any], dict[str, str]]:
    facts = {str(sheet.cell(n, 1).value): sheet.cell(n, 2).value for n in range(2, sheet.max_row + 1)}
    if facts.get("kind") != "adept-review":
        raise KeyError("kind")
    mentors = {str(sheet.cell(n, 4).value): str(sheet.cell(n, 5).value) for n in range(2, sheet.max_row + 1)}
    return facts, mentors


def _decision(row: dict[str, Any], cohort: str, author: str, mentors: dict[str, str]) -> Override | None:
    mentee, mentor = str(row["mentee_id"]), str(row["mentor_id"])
    if not (_PERSON.fullmatch(mentee) and _PERSON.fullmatch(mentor)):
        raise _FaultError("the hidden columns at the end were changed; copy the row from the file as made")
    word = _text(row["decision"])
    known = {text(name, language).lower(): kind for kind, name in DECISIONS.items() for language in LANGUAGES}
    kind = known.get(word.lower()) if word else "keep"
    if kind is None:
        raise _FaultError(f"decision {word!r}; expected {', '.join(DECISIONS.values())} or their Swedish names")
    wanted, reason = _text(row["new_mentor"]), _text(row["reason"])
    if kind != "swap" and wanted:
        raise _FaultError("a new mentor is named, but the decision is not to swap; choose swap or empty the cell")
    if kind == "keep":
        return None
    if kind == "swap":
        if wanted not in mentors:
            raise _FaultError(f"new mentor {wanted!r} is not on the list; choose from the cell's list")
        if mentors[wanted] == mentor:
            raise _FaultError("the new mentor is the proposed one; choose another, or lock the pair")
        kind, mentor = "lock", mentors[wanted]
    if not reason:
        raise _FaultError("a reason is missing; write why in the reason column")
    try:
        return Override(kind=kind, cohort=str(cohort), mentee_person_id=mentee, mentor_person_id=mentor,
                        author=author or "?", reason=reason, expires_on=_day(row["expires_on"]))  # fmt: skip
    except ValidationError as error:
        raise _FaultError(error.errors()[0]["msg"]) from None


def _text(value: Any) -> str:
    found = "" if value is None else str(value).strip()
    if found.startswith("="):
        raise _FaultError("a cell holds a formula; write plain text")
    return found


def _day(value: Any) -> dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise _FaultError(f"valid until {value!r} is no date; write for example 2026-09-30") from None


def _row_of(cell: str) -> str:
    return cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def returned(folder: Path, cohort: str) -> list[Override]:
    """The programme office's decisions on a cohort, from the workbooks in a folder; the last word on a pair counts.

    Workbooks are read in the order of their names. ReviewError names the workbook's sheet, row and remedy.
    """
    decisions: dict[tuple[str, str], Override] = {}
    for path in sorted(folder.glob("*.xlsx")):
        for override in read_review(path.read_bytes()):
            if override.cohort == cohort:
                decisions[override.mentee_person_id, override.mentor_person_id] = override
    return list(decisions.values())
