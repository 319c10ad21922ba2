"""The review workbook: what the programme office sees, and what is read back from it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook

import matching
from reports import review
from reports import review_findings as findings
from reports.review_reading import PAIR_COLUMNS
from reports.review_texts import METRICS, text
from reports.xlsx_bytes import safe
from tests.unit.matching.people import frame, mentee, mentor, pid, programme

ROOM = [mentor(1, skills_offered="law|strategy"), mentor(2), mentor(3, is_trained=False), mentor(4, languages="fi")]
APPLICANTS = [mentee(1), mentee(2), mentee(3, has_consented=False)]


@pytest.fixture(scope="module")
def proposal() -> matching.Proposal:
    return matching.match(frame(APPLICANTS), frame(ROOM, mentor), programme(), "2024", 1)


def names(**replaced: str) -> pd.DataFrame:
    people = [(pid(f"mentee {k}"), "Adept", f"Nr {k}") for k in (1, 2, 3)]
    people += [(pid(f"mentor {k}"), "Mentor", f"Nr {k}") for k in (1, 2, 3, 4)]
    table = pd.DataFrame(people, columns=["person_id", "first_name", "last_name"])
    table["first_name"] = [
        replaced.get(last, first) for first, last in zip(table["first_name"], table["last_name"], strict=True)
    ]
    return table


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(name: str) -> int:
    return PAIR_COLUMNS.index(name) + 1


def decide(data: bytes, *rows: dict[str, object], reviewer: str | None = "Anna") -> bytes:
    """The workbook with cells filled in; each dict names its row."""
    book = opened(data)
    for cells in rows:
        for name, value in cells.items():
            if name != "row":
                book.worksheets[0].cell(cells["row"], column(name), value)
    if reviewer:
        meta = {row[0].value: row[1].value for row in book["adept"].iter_rows(min_row=2)}
        book.worksheets[2][meta["reviewer_cell"]] = reviewer
    return saved(book)


@pytest.mark.parametrize(
    ("language", "sheets", "first"),
    [("sv", ["Par", "Utan par", "Sammanfattning"], "Behåll"),
     ("en", ["Pairs", "Without a pair", "Summary"], "Keep")],
)  # fmt: skip
def test_the_workbook_shows_pairs_the_unmatched_and_the_summary(proposal, language, sheets, first):
    book = opened(review.workbook(proposal, names(), language))
    found = [title for title, _, _ in findings.tables(proposal.findings, language)]
    assert len(found) >= 4
    assert book.sheetnames == [*sheets, *found, "adept"] and book["adept"].sheet_state == "hidden"
    pairs = book.worksheets[0]
    assert pairs.max_row == 1 + len(proposal.pairs)
    assert pairs.cell(2, column("mentee")).value == "Adept Nr 1"
    assert pairs.cell(2, column("decision")).value == first
    assert pairs.cell(2, column("explanation")).value == proposal.explanations(language)[0]
    assert len(pairs.data_validations.dataValidation) == 3
    left = [[c.value for c in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    assert [row[1] for row in left] == ["Adept Nr 3", "Mentor Nr 3", "Mentor Nr 4"]
    assert left[0][2] == proposal.unmatched[f"reason_{language}"].iloc[0]
    assert proposal.proposal_hash in [row[1].value for row in book.worksheets[2].iter_rows()]


def test_findings_are_told_in_words_of_either_language(proposal):
    said = [title for _, title, _ in findings.SHEETS]
    said += [heading for _, _, columns in findings.SHEETS for heading in columns.values()]
    same = {text(message, "sv") for message in said + list(findings.CODES.values())} & set(said)
    assert same <= {"times"}
    rows = {title: rows for title, _, rows in findings.tables(proposal.findings, "sv")}
    assert [row[0] for row in rows["Utan en regel"]][:2] == ["inte i chefslinjen", "inte samma chef"]
    least = [row for row in rows["Rättvisa"] if row[2] == "lägsta poäng"]
    assert least and all(row[3] is None and row[4] is None for row in least)
    assert not {c for f in proposal.findings.values() for row in f.to_numpy().ravel() for c in [str(row)]} & {
        *proposal.pairs["mentee_person_id"], *proposal.pairs["mentor_person_id"]}  # fmt: skip


def test_every_heading_and_metric_has_a_swedish_text(proposal):
    swedish, english = (opened(review.workbook(proposal, names(), language)) for language in ("sv", "en"))
    same = {"Mentor"}
    for a, b in zip(swedish.worksheets[:3], english.worksheets[:3], strict=True):
        for x, y in zip(a[1], b[1], strict=True):
            assert x.value != y.value or x.value in same or str(x.value).endswith("_id"), x.value
    for metric in proposal.summary["metric"]:
        assert text(METRICS[metric], "sv") != METRICS[metric]


def test_equal_input_gives_equal_bytes_without_a_time(proposal):
    first, second = (review.workbook(proposal, names(), "sv") for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert not re.search(rb"20[12]\d-", archive.read("docProps/core.xml"))


@pytest.mark.parametrize("bad", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "a\x00b"])
def test_no_text_can_run_as_a_formula(proposal, bad):
    book = opened(review.workbook(proposal, names(**{"Nr 1": bad}), "en"))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value.lstrip().startswith(("=", "+", "-", "@")))
    assert "\x00" not in safe(bad)


def test_namesakes_stay_apart(proposal):
    table = names()
    table["last_name"] = "Ek"
    book = opened(review.workbook(proposal, table, "en"))
    shown = [row[3].value for row in book["adept"].iter_rows(min_row=2) if row[3].value]
    assert len(shown) == len(set(shown)) == len(review.mentors_of(proposal)) == 3


def test_untouched_it_holds_no_override(proposal):
    assert review.read_review(review.workbook(proposal, names(), "sv"), proposal_hash=proposal.proposal_hash) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_decisions_come_back_as_overrides_and_steer_the_next_proposal(proposal, language):
    data = review.workbook(proposal, names(), language)
    first, second = ("Förbjud", "Byt") if language == "sv" else ("Forbid", "Swap")
    old = opened(data).worksheets[0].cell(3, column("mentor")).value
    other = "Mentor Nr 1" if old == "Mentor Nr 2" else "Mentor Nr 2"
    found = review.read_review(decide(
        data,
        {"row": 2, "decision": first, "reason": "they know each other", "expires_on": dt.date(2025, 1, 31)},
        {"row": 3, "decision": second, "new_mentor": other, "reason": "asked for"},
    ))  # fmt: skip
    assert [(o.kind, o.author, o.expires_on) for o in found] == [
        ("forbid", "Anna", dt.date(2025, 1, 31)),
        ("lock", "Anna", None),
    ]
    assert found[1].mentor_person_id == pid(other.lower().replace(" nr", ""))
    again = matching.match(frame(APPLICANTS), frame(ROOM, mentor), programme(), "2024", 1, overrides=found)
    assert again.proposal_hash != proposal.proposal_hash
    made = dict(zip(again.pairs["mentee_person_id"], again.pairs["mentor_person_id"], strict=True))
    assert made[found[1].mentee_person_id] == found[1].mentor_person_id
    assert made.get(found[0].mentee_person_id) != found[0].mentor_person_id


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"decision": "Perhaps"}, "sheet Pairs, row 2: decision 'Perhaps'"),
        ({"decision": "Lock"}, "row 2: a reason is missing"),
        ({"decision": "Swap", "reason": "x"}, "row 2: new mentor '' is not on the list"),
        ({"decision": "Keep", "new_mentor": "Mentor Nr 2"}, "row 2: a new mentor is named"),
        ({"decision": "Lock", "reason": "x", "expires_on": "soon"}, "row 2: valid until 'soon'"),
        ({"decision": "Lock", "reason": "=1+1"}, "row 2: a cell holds a formula"),
        ({"mentee_id": "someone"}, "row 2: the hidden columns"),
    ],
)
def test_faults_name_sheet_and_row(proposal, cells, words):
    data = decide(review.workbook(proposal, names(), "en"), {"row": 2} | cells)
    with pytest.raises(review.ReviewError, match=re.escape(words)):
        review.read_review(data)


def test_other_faults_are_named_too(proposal):
    data = review.workbook(proposal, names(), "en")
    locked = {"row": 2, "decision": "Lock", "reason": "x"}
    with pytest.raises(review.ReviewError, match=r"sheet Summary, row .*reviewer's name"):
        review.read_review(decide(data, locked, reviewer=None))
    with pytest.raises(review.ReviewError, match="expected other; write"):
        review.read_review(data, proposal_hash="other")
    with pytest.raises(review.ReviewError, match="no review workbook"):
        review.read_review(b"PK nothing")
    book = opened(data)
    book.worksheets[0].delete_rows(3)
    with pytest.raises(review.ReviewError, match="1 pairs, expected 2"):
        review.read_review(saved(book))
