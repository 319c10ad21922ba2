"""The review workbook: the programme office sees proposed pairs by name and decides on each.

It holds names, so it never leaves the programme office: it is written to the private working folder and is no part of
what is published. `reports.review_reading.read_review` turns the decisions back into overrides.
"""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reports import review_findings as findings
from reports.review_reading import DECISIONS, META, PAIR_COLUMNS, ReviewError, read_review, returned
from reports.review_texts import METRICS, text
from reports.xlsx_bytes import safe, to_bytes

__all__ = ["ReviewError", "read_review", "returned", "workbook"]

_COMPONENTS = ("skills", "goals", "interests", "preference", "experience", "distance")
_WIDTHS = {
    "mentee": 28,
    "mentor": 28,
    "explanation": 70,
    "decision": 12,
    "new_mentor": 32,
    "reason": 40,
    "expires_on": 14,
}
_HEAD = PatternFill("solid", fgColor="FF1F4E5F")
_INPUT = PatternFill("solid", fgColor="FFFFF7E0")
_WRAP = Alignment(wrap_text=True, vertical="top")
_SHARES = ("score", *_COMPONENTS)


class Proposed(Protocol):
    """What is read of a proposal (see `matching.Proposal`)."""

    cohort: str
    proposal_hash: str
    pairs: pd.DataFrame
    unmatched: pd.DataFrame
    summary: pd.DataFrame
    findings: dict[str, pd.DataFrame]

    def explanations(self, language: str) -> list[str]:
        """One text a pair."""


def workbook(proposal: Proposed, names: pd.DataFrame, language: str) -> bytes:
    """The review workbook as XLSX; equal input gives equal bytes.

    `names`: person_id, first_name, last_name (other columns are not used); whoever is not in it is shown by pseudonym.
    `language`: sv or en.
    """
    label = _labels(proposal, names)
    book = Workbook()
    pairs = book.active
    pairs.title = text("Pairs", language)
    _pairs_sheet(pairs, proposal, label, language)
    _unmatched_sheet(book.create_sheet(text("Without a pair", language)), proposal, label, language)
    _summary_sheet(book.create_sheet(text("Summary", language)), proposal, language)
    for title, headings, rows in findings.tables(proposal.findings, language):
        _finding_sheet(book.create_sheet(title), headings, rows, language)
    _meta_sheet(book.create_sheet(META), proposal, label, language)
    return to_bytes(book)


def mentors_of(proposal: Proposed) -> list[str]:
    """Mentors whom a swap may name: all but those who may not be matched themselves."""
    left = proposal.unmatched
    spare = left.loc[(left["role"] == "mentor") & left["reason_code"].isin(["no_mentee_assigned", "no_allowed_mentee"])]
    return list(dict.fromkeys([*proposal.pairs["mentor_person_id"], *spare["person_id"]]))


def _labels(proposal: Proposed, names: pd.DataFrame) -> dict[str, str]:
    """A unique name to show for each person: namesakes get the start of their pseudonym."""
    people = dict.fromkeys([*proposal.pairs["mentee_person_id"], *proposal.pairs["mentor_person_id"],
                            *proposal.unmatched["person_id"]])  # fmt: skip
    known = {row["person_id"]: f"{row['first_name']} {row['last_name']}".strip() for row in names.to_dict("records")}
    shown = {person: safe(known.get(person) or person) for person in people}
    count = pd.Series(shown, dtype=object).value_counts()
    return {person: name if count[name] == 1 else f"{name} ({person[:6]})" for person, name in shown.items()}


def _pairs_sheet(sheet: Worksheet, proposal: Proposed, label: dict[str, str], language: str) -> None:
    headings = {
        "number": "No.", "mentee": "Mentee", "mentor": "Mentor", "score": "Score", "skills": "Skills", "goals": "Goals",
        "interests": "Interests", "preference": "Own choice", "experience": "Experience", "distance": "Other division",
        "explanation": "Why this pair", "decision": "Decision", "new_mentor": "New mentor (swap)", "reason": "Reason",
        "expires_on": "Valid until",
    }  # fmt: skip
    _head(sheet, [text(headings[c], language) if c in headings else c for c in PAIR_COLUMNS], language)
    explanations = proposal.explanations(language)
    for number, row in enumerate(proposal.pairs.to_dict("records")):
        known = {"number": int(row["mentee_application_id"]), "mentee": label[row["mentee_person_id"]],
                 "mentor": label[row["mentor_person_id"]], "explanation": safe(explanations[number]),
                 "decision": text(DECISIONS["keep"], language),
                 "mentee_id": row["mentee_person_id"], "mentor_id": row["mentor_person_id"],
                 **{c: float(row[c]) for c in _SHARES}}  # fmt: skip
        _row(sheet, number + 2, [known.get(column) for column in PAIR_COLUMNS])
    last = max(len(proposal.pairs) + 1, 2)
    for at, column in enumerate(PAIR_COLUMNS, start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 11)
        sheet.column_dimensions[letter].hidden = column in ("mentee_id", "mentor_id")
        for (cell,) in sheet[f"{letter}2:{letter}{last}"]:
            if column in _SHARES:
                cell.number_format = "0.00"
            if column in ("decision", "new_mentor", "reason", "expires_on"):
                cell.fill, cell.protection = _INPUT, Protection(locked=False)
            if column == "expires_on":
                cell.number_format = "yyyy-mm-dd"
    choices = ",".join(text(word, language) for word in DECISIONS.values())
    _validate(sheet, "decision", last, DataValidation("list", formula1=f'"{choices}"', allow_blank=True), language)
    n_mentors = max(len(mentors_of(proposal)), 1)
    listed = DataValidation("list", formula1=f"'{META}'!$D$2:$D${n_mentors + 1}", allow_blank=True)
    _validate(sheet, "new_mentor", last, listed, language)
    day = DataValidation("date", operator="greaterThan", formula1="36526", allow_blank=True)
    _validate(sheet, "expires_on", last, day, language)


def _validate(sheet: Worksheet, column: str, last: int, rule: DataValidation, language: str) -> None:
    letter = get_column_letter(PAIR_COLUMNS.index(column) + 1)
    rule.error, rule.showErrorMessage = (
        text("Choose from the list, or write a date such as 2026-09-30.", language),
        True,
    )
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{last}")


def _unmatched_sheet(sheet: Worksheet, proposal: Proposed, label: dict[str, str], language: str) -> None:
    _head(sheet, [text(h, language) for h in ("Role", "Name", "Reason")], language)
    role = {"mentee": text("Mentee", language), "mentor": text("Mentor", language)}
    for number, row in enumerate(proposal.unmatched.to_dict("records"), start=2):
        _row(sheet, number, [role[row["role"]], label[row["person_id"]], safe(row[f"reason_{language}"])])
    for letter, width in zip("ABC", (12, 32, 110), strict=True):
        sheet.column_dimensions[letter].width = width


def _summary_sheet(sheet: Worksheet, proposal: Proposed, language: str) -> None:
    _head(sheet, [text(h, language) for h in ("Figure", "Value", "People")], language)
    for number, row in enumerate(proposal.summary.to_dict("records"), start=2):
        metric = text(METRICS.get(row["metric"], row["metric"]), language)
        value = None if pd.isna(row["value"]) else float(row["value"])
        _row(sheet, number, [safe(metric), value, int(row["n"])])
        sheet.cell(number, 2).number_format = {"share": "0%", "score": "0.00"}.get(row["unit"], "0")
    at = len(proposal.summary) + 3
    for offset, (heading, value) in enumerate(
        (("Cohort", proposal.cohort), ("Hash of the proposal", proposal.proposal_hash))
    ):
        _row(sheet, at + offset, [text(heading, language), safe(value)])
    _row(sheet, at + 2, [text("Reviewed by (write your name)", language)])
    sheet.cell(at + 2, 2).fill = _INPUT
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 70


def _finding_sheet(sheet: Worksheet, headings: list[str], rows: list[list[Any]], language: str) -> None:
    _head(sheet, headings, language)
    for number, row in enumerate(rows, start=2):
        _row(sheet, number, [safe(value) if isinstance(value, str) else value for value in row])
        for at, value in enumerate(row, start=1):
            if isinstance(value, float):
                sheet.cell(number, at).number_format = "0.00"
    for at, heading in enumerate(headings, start=1):
        widest = max([len(heading), *(len(str(row[at - 1])) for row in rows if isinstance(row[at - 1], str))])
        sheet.column_dimensions[get_column_letter(at)].width = min(max(widest + 2, 10), 48)


def _meta_sheet(sheet: Worksheet, proposal: Proposed, label: dict[str, str], language: str) -> None:
    """What reading needs: hidden, two columns of keys and values, then the mentors that a swap may name."""
    at = len(proposal.summary) + 5
    facts = {"kind": "adept-review", "format": 1, "cohort": proposal.cohort, "proposal_hash": proposal.proposal_hash,
             "language": language, "pairs_sheet": text("Pairs", language), "summary_sheet": text("Summary", language),
             "reviewer_cell": f"B{at}", "n_pairs": len(proposal.pairs)}  # fmt: skip
    for number, (key, value) in enumerate(facts.items(), start=2):
        sheet.cell(number, 1, key)
        sheet.cell(number, 2, value)
    for number, person in enumerate(mentors_of(proposal), start=2):
        sheet.cell(number, 4, label[person])
        sheet.cell(number, 5, person)
    sheet.sheet_state = "hidden"


def _head(sheet: Worksheet, headings: list[str], language: str) -> None:
    for at, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, at, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = "A2"


def _row(sheet: Worksheet, number: int, values: list[Any]) -> None:
    for at, value in enumerate(values, start=1):
        cell = sheet.cell(number, at, value)
        cell.alignment = _WRAP
        if isinstance(value, str):
            cell.data_type = "s"  # belt and braces beside safe(): openpyxl makes a formula of any leading "="
