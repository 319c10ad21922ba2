"""The workbook: formulas disarmed, hidden cells as words, the same bytes every time."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest

from reports import workbook
from reports.reading import COLUMNS
from reports.wording import wording
from tests.unit.reports import sample_tables


def _open(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def _make(tables=None, language="sv") -> bytes:
    tables = sample_tables.tables() if tables is None else tables
    return workbook(tables, sample_tables.programme(), sample_tables.context(), language)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_readme_and_a_sheet_a_table_with_translated_headings(language):
    book, text = _open(_make(language=language)), wording(language)
    assert book.sheetnames == [text("workbook.readme"), *(text(f"table.{n}") for n in (*COLUMNS, "match_summary"))]
    headings = [cell.value for cell in book[text("table.goal")][1]]
    assert headings == [
        text(f"column.{c}")
        for c in ("programme", "period", "edition", "cohort", *COLUMNS["goal"], "value", "n", "low", "high")
    ]


def test_figures_are_numbers_and_hidden_ones_are_the_sign():
    tables = sample_tables.tables()
    sheet = _open(_make(tables))[wording("sv")("table.goal")]
    rows = {row[4].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert rows["matched"][-4:] == [0.86, 136, None, None]
    assert rows["safety"][-4:] == ["•• dold", "•• dold", None, None]
    assert rows["matched"][8].isoformat()[:10] == "2026-09-30"
    for sheet in _open(_make(tables)):
        assert not [c for row in sheet.iter_rows() for c in row if "987" in str(c.value)]


def test_the_same_bytes_at_another_time_of_day():
    first = _make()
    time.sleep(2.1)  # the archive's times have a grain of two seconds
    assert _make() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0"]
)
def test_what_looks_like_a_formula_stays_text(evil):
    tables = sample_tables.tables()
    tables["theme"].loc[0, "theme"] = evil
    cells = [c for row in _open(_make(tables))[wording("sv")("table.theme")].iter_rows() for c in row]
    found = [c for c in cells if str(c.value).startswith("'")]
    assert [c.data_type for c in found] == ["s"] and not [c for c in cells if c.data_type == "f"]


def test_characters_that_no_workbook_may_hold_are_left_out():
    tables = sample_tables.tables()
    tables["theme"].loc[0, "theme"] = "a\x00b\x1fc"
    cells = [c.value for row in _open(_make(tables))[wording("sv")("table.theme")].iter_rows() for c in row]
    assert "abc" in cells


def test_empty_tables_give_headings_alone():
    book = _open(_make({}))
    assert all(sheet.max_row == 1 for sheet in book.worksheets[1:])
