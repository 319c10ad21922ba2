"""The outcome tables as a workbook (XLSX) for people who reckon in spreadsheets; the same bytes for the same tables."""

from __future__ import annotations

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from programme.config import Programme
from programme.run_context import RunContext
from reports.reading import COLUMNS, COUNTS, DATES, FLOATS, Reader, columns, finite
from reports.sections.methods import edition_name
from reports.sections.page import Page
from reports.wording import Wording, wording
from reports.xlsx_bytes import safe, to_bytes


def workbook(tables: dict[str, pd.DataFrame], programme: Programme, context: RunContext, language: str) -> bytes:
    """An XLSX file: a sheet that explains, then one sheet a table with headings in `language` (`sv`, `en`).

    A hidden figure is the text sign of a hidden cell, never a number; a missing one is empty. Codes stay as they are in
    the outcome tables, so that figures can be looked up in both.
    """
    text = wording(language)
    reader = Reader(tables, context.period.label, context.edition)
    page = Page.open(reader, programme, text)
    book = Workbook()
    _explain(book.active, page, context)
    for name in (*COLUMNS, "match_summary"):
        _sheet(book.create_sheet(text(f"table.{name}")[:31]), reader.rows(name), columns(name), text)
    book.properties.creator = book.properties.lastModifiedBy = "Adept"
    book.properties.title = safe(page.own(programme.title))
    return to_bytes(book)


def _explain(sheet, page: Page, context: RunContext) -> None:
    text = page.text
    sheet.title = text("workbook.readme")
    lines = [
        (page.own(page.programme.title), ""),
        (page.programme.organisation, ""),
        ("", ""),
        (text("methods.period"), page.fmt.period(context.period)),
        (text("methods.edition"), edition_name(page, context.edition)),
        (text("methods.as_of"), page.fmt.date(context.as_of)),
        (text("methods.code_hash"), context.code_hash),
        (text("methods.config_hash"), context.config_hash),
        ("", ""),
        (text("hidden.sign"), text("methods.hidden_sign")),
        (text("workbook.total"), text("workbook.total_means")),
        (text("workbook.share"), text("workbook.share_means")),
        (text("workbook.interval"), text("workbook.interval_means")),
        (text("workbook.effects"), text("workbook.effects_means")),
        ("", ""),
        (text("methods.privacy_title"), text("methods.privacy", n=page.programme.privacy.min_cell,
                                             comments=page.programme.privacy.min_comment_respondents)),
    ]  # fmt: skip
    for number, (term, meaning) in enumerate(lines, start=1):
        _put(sheet.cell(number, 1), term).font = Font(bold=True, size=16 if number == 1 else 11)
        _put(sheet.cell(number, 2), meaning).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(number, 1).alignment = Alignment(wrap_text=number > 1, vertical="top")
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 92
    sheet.sheet_view.showGridLines = False


def _sheet(sheet, rows: pd.DataFrame, names: tuple[str, ...], text: Wording) -> None:
    # The mark and its reason are told by the sign in the cell itself.
    shown = [n for n in names if n not in ("is_hidden", "hidden_reason")]
    sign = text("hidden.sign")
    for j, name in enumerate(shown, start=1):
        cell = _put(sheet.cell(1, j), text(f"column.{name}"))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="17574F")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    widths = [len(text(f"column.{name}")) for name in shown]
    for i, (_, row) in enumerate(rows.iterrows(), start=2):
        for j, name in enumerate(shown, start=1):
            cell = sheet.cell(i, j)
            if row["is_hidden"] and name in ("value", "n"):
                _put(cell, sign).font = Font(italic=True, color="666666")
            else:
                _fill(cell, row[name], name)
            widths[j - 1] = max(widths[j - 1], len(str(cell.value or "")))
    for j, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(j)].width = min(max(width, 8) + 2, 44)
    sheet.freeze_panes = "A2"
    if len(rows):
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(shown))}{len(rows) + 1}"


def _fill(cell, value: object, name: str) -> None:
    if name in COUNTS or name in FLOATS:
        number = finite(value)
        if number is not None:
            cell.value = int(number) if name in COUNTS else number
            cell.number_format = "#,##0" if name in COUNTS else "#,##0.####"
    elif name in DATES:
        day = pd.to_datetime(value, errors="coerce")
        if not pd.isna(day):
            cell.value = day.date()
            cell.number_format = "yyyy-mm-dd"
    else:
        _put(cell, "" if value is None else str(value))


def _put(cell, value: str):
    """Write text as text, whatever it looks like."""
    if value:
        cell.value = safe(value)
        cell.data_type = "s"
    return cell
