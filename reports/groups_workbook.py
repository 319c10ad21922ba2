"""The workbook of networking groups: one sheet a round, with everybody's group, name and division.

It holds names, so it never leaves the programme office: it is written to the private working folder and is no part of
what is published.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from reports.review_texts import text
from reports.xlsx_bytes import safe, to_bytes

_HEADINGS = {"Group": 10, "Name": 36, "Division": 24}
_HEAD = PatternFill("solid", fgColor="FF1F4E5F")
_BAND = PatternFill("solid", fgColor="FFEAF1F4")


def workbook(groups: pd.DataFrame, people: pd.DataFrame, names: pd.DataFrame, language: str) -> bytes:
    """The plan as XLSX; equal input gives equal bytes.

    `groups`: round, group, person_id, as in `matching.groups.GroupPlan`. `people`: person_id, division_id. `names`:
    person_id, first_name, last_name (other columns are not used); whoever is not in it is shown by pseudonym.
    `language`: sv or en.
    """
    label = _labels(groups, names)
    division = dict(zip(people["person_id"], people["division_id"], strict=True))
    book = Workbook()
    book.remove(book.active)
    for number, seats in groups.groupby("round", sort=True):
        sheet = book.create_sheet(f"{text('Round', language)} {number}")
        _head(sheet, language)
        for at, row in enumerate(seats.sort_values("group", kind="stable").to_dict("records"), start=2):
            person = row["person_id"]
            is_banded = row["group"] % 2 == 0
            _row(sheet, at, (int(row["group"]), label[person], _text(division.get(person)) or None), is_banded)
    if not book.worksheets:
        _head(book.create_sheet(text("Round", language)), language)
    return to_bytes(book)


def _labels(groups: pd.DataFrame, names: pd.DataFrame) -> dict[str, str]:
    """A unique name to show for each person: namesakes get the start of their pseudonym."""
    known = {
        row["person_id"]: " ".join(filter(None, (_text(row["first_name"]), _text(row["last_name"]))))
        for row in names.to_dict("records")
    }
    shown = {person: safe(known.get(person) or person) for person in groups["person_id"].unique()}
    count = pd.Series(shown, dtype=object).value_counts()
    return {person: name if count[name] == 1 else f"{name} ({person[:6]})" for person, name in shown.items()}


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _head(sheet: Worksheet, language: str) -> None:
    for at, (heading, width) in enumerate(_HEADINGS.items(), start=1):
        cell = sheet.cell(1, at, text(heading, language))
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _row(sheet: Worksheet, number: int, values: tuple[Any, ...], is_banded: bool) -> None:
    for at, value in enumerate(values, start=1):
        cell = sheet.cell(number, at, safe(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type = "s"  # belt and braces beside safe(): openpyxl makes a formula of any leading "="
        if is_banded:
            cell.fill = _BAND
