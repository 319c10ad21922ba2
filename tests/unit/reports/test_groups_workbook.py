"""The workbook of networking groups: a sheet a round, everybody by name, nothing that runs as a formula."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from reports.groups_workbook import workbook
from tests.unit.matching.people import pid

N = 5
PEOPLE = pd.DataFrame({"person_id": [pid(k) for k in range(N)], "division_id": ["D1", "D1", None, "D2", "=1+1"]})
NAMES = pd.DataFrame(
    {
        "person_id": [pid(k) for k in (3, 0, 1, 2)],  # nobody knows person 4
        "first_name": ["Åsa", "Bo", "Bo", None],
        "last_name": ["=cmd()", "Ek", "Ek", "Öberg"],
        "email": "a@example.org",
    }
)
GROUPS = pd.DataFrame(
    {
        "round": [2] * N + [1] * N,
        "group": [1, 2, 1, 2, 2, 2, 1, 1, 2, 1],
        "application_id": [*range(N)] * 2,
        "person_id": [pid(k) for k in range(N)] * 2,
    }
)


def sheets(language="en", groups=GROUPS, names=NAMES):
    book = load_workbook(io.BytesIO(workbook(groups, PEOPLE, names, language)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


@pytest.mark.parametrize(
    ("language", "titles", "headings"),
    [("en", ["Round 1", "Round 2"], ["Group", "Name", "Division"]),
     ("sv", ["Träff 1", "Träff 2"], ["Grupp", "Namn", "Avdelning"])],
)  # fmt: skip
def test_each_round_has_a_sheet_with_headings_in_the_language(language, titles, headings):
    found = sheets(language)
    assert list(found) == titles
    assert all(rows[0] == headings for rows in found.values())


def test_everybody_is_in_the_group_of_the_plan_by_name_and_division():
    bo = [f"Bo Ek ({pid(k)[:6]})" for k in (0, 1)]  # namesakes can be told apart
    shown = [(bo[0], "D1"), (bo[1], "D1"), ("Öberg", None), ("Åsa =cmd()", "D2"), (pid(4), "'=1+1")]
    found = sheets()
    for number in (1, 2):
        seats = GROUPS[GROUPS["round"] == number].sort_values("group", kind="stable")
        expected = [[group, *shown[k]] for group, k in zip(seats["group"], seats["application_id"], strict=True)]
        assert found[f"Round {number}"][1:] == [[g, n, d or None] for g, n, d in expected]


def test_no_name_and_no_division_is_a_formula():
    names = NAMES.assign(first_name=None, last_name=["=1+1", "+2", "@a", "\t=3"])
    book = load_workbook(io.BytesIO(workbook(GROUPS, PEOPLE, names, "sv")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}  # texts, and numbers or nothing
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert "'=1+1" in texts and not any(text.startswith(("=", "+", "@")) for text in texts)


def test_the_workbook_shows_nothing_else_of_a_person_and_is_repeatable():
    data = workbook(GROUPS, PEOPLE, NAMES, "sv")
    assert data == workbook(GROUPS, PEOPLE, NAMES, "sv")
    assert data == workbook(GROUPS, PEOPLE, NAMES.iloc[::-1], "sv")
    texts = " ".join(str(cell) for rows in sheets("sv").values() for row in rows for cell in row)
    assert "example.org" not in texts
    assert [k for k in range(N) if pid(k) in texts] == [4]


def test_a_plan_of_nobody_is_a_sheet_of_headings_and_an_unknown_language_is_named():
    assert sheets(groups=GROUPS.iloc[:0]) == {"Round": [["Group", "Name", "Division"]]}
    with pytest.raises(ValueError, match="expected one of sv, en"):
        sheets("fi")
