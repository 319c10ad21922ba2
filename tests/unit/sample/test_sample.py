"""The sample as a whole: the same bytes again, sizes, headings, dirty rows, marker people."""

from __future__ import annotations

import csv
import io
import unicodedata

import numpy as np
import pandas as pd
import pytest

from programme.period import Period
from sources.contracts import DATASETS
from sources.sample import Sample, SampleError, State, Truth
from sources.sample.names import CANARIES, personal_numbers
from tests.unit.sample.changes import rows_of
from tests.unit.sample.runs import NO_PAIRS, random_pairs, run


@pytest.fixture(scope="module")
def made():
    return run(Sample(n_employees=600))


def test_equal_seeds_give_equal_bytes_through_a_saved_state(made):
    sample, state, pairs = Sample(n_employees=600), None, NO_PAIRS
    for advance in made[:3]:
        state = State.from_bytes(state.to_bytes()) if state else sample.start()
        again = sample.advance(state, pairs, Period.parse(advance.truth.period))
        assert again.files == advance.files
        assert again.state.to_bytes() == advance.state.to_bytes()
        assert again.truth.to_bytes() == advance.truth.to_bytes()
        state = again.state
        if advance is made[0]:
            pairs = random_pairs(state, "2024")
    other = Sample(seed=7, n_employees=600)
    assert other.advance(other.start(), NO_PAIRS, Period(2024, 3)).files != made[0].files


def test_advancing_leaves_the_state_alone(made):
    sample, state = Sample(n_employees=600), made[0].state
    before = state.to_bytes()
    sample.advance(state, random_pairs(state, "2024"), Period(2024, 4))
    assert state.to_bytes() == before


@pytest.mark.parametrize(("n", "mentees", "mentors"), [(600, 42, 30), (5000, 160, 112)])
def test_sizes(n, mentees, mentors):
    sample = Sample(n_employees=n)
    tables = sample.advance(sample.start(), NO_PAIRS, Period(2024, 3)).state.tables
    assert abs(len(tables["mentee"]["person"]) - mentees) <= 3 and abs(len(tables["mentor"]["person"]) - mentors) <= 3
    assert set(tables["mentor"]["capacity"].tolist()) <= {0, 1, 2}
    people = tables["people"]
    sizes = pd.Series(tables["jobs"]["unit"][np.isnat(people["left"])]).value_counts()
    teams = tables["units"]["depth"] == 3
    assert 6 <= sizes[np.flatnonzero(teams)].median() <= 12


def test_headcount_and_turnover_stay_plausible():
    sample = Sample(n_employees=2000)
    advance = sample.advance(sample.start(), NO_PAIRS, Period(2024, 3))
    people = advance.state.tables["people"]
    days = pd.date_range("2023-12-31", "2024-09-30", freq="QE").to_numpy().astype("datetime64[D]")
    counts = [int(((people["hire"] <= d) & ~(people["left"] < d)).sum()) for d in days]
    assert all(1850 <= c <= 2150 for c in counts)
    voluntary = (people["left_reason"] == "Egen uppsägning").sum()
    assert 0.07 < voluntary / 2000 < 0.13


def test_files_follow_the_contracts(made):
    for advance in made:
        period = advance.truth.period
        for contract in (d for d in DATASETS if d.file):
            data = advance.files[f"{contract.source}/{period}/{contract.file}"]
            if contract.encoding == "utf-8-sig":
                assert data.startswith(b"\xef\xbb\xbf")
            lines = list(csv.reader(io.StringIO(data.decode(contract.encoding), newline=""), delimiter=";"))
            assert lines[0][: len(contract.columns)] == [c.heading for c in contract.columns]
            dirty = {d["line"] for d in advance.truth.dirty if d["file"].endswith(f"{period}/{contract.file}")}
            for number, line in enumerate(lines[1:], 2):
                if number in dirty:
                    continue
                for column, value in zip(contract.columns, line, strict=False):
                    if column.required:
                        assert value, f"{contract.file} line {number} {column.heading}"
                    if column.codes and value:
                        assert value in column.codes
                    if column.low is not None and value:
                        assert column.low <= float(value.replace(",", ".")) <= (column.high or 1e9)
    head = made[0].files["hris/2024Q3/anstallda.csv"].decode("utf-8-sig").splitlines()[0]
    assert head.endswith("Personnummer;Medborgarskap;Facklig tillhörighet")


def test_people_and_units_exist_and_managers_form_a_tree(made):
    for advance in made:
        period = advance.truth.period
        employees = {k[0] for k in rows_of(advance, f"hris/{period}/anstallda.csv")}
        units = {k[0] for k in rows_of(advance, f"hris/{period}/enheter.csv")}
        end = Period.parse(period).end.isoformat()
        manager = {}
        for row in rows_of(advance, f"hris/{period}/anstallningar.csv").values():
            assert row["_person"] in employees and row["Enhetskod"] in units
            assert not row["Gäller till"] or row["Gäller till"] >= row["Gäller från"]
            if row["Gäller från"] <= end and (not row["Gäller till"] or row["Gäller till"] >= end):
                assert row["_person"] not in manager, "two employments at once"
                manager[row["_person"]] = row["Chefens anställningsnummer"]
        for person in manager:
            seen = set()
            while person := manager.get(person, ""):
                assert person not in seen
                seen.add(person)
        names = (("ansokan_adept.csv", "_person"), ("moten.csv", "Mentor"), ("natverkstraffar.csv", "_person"))
        for name, column in names:
            assert {r[column] for r in rows_of(advance, f"programme/{period}/{name}").values()} <= employees


def test_dirty_rows_lie_where_the_truth_says(made):
    rules = set()
    for advance in made:
        for entry in advance.truth.dirty:
            lines = (
                advance.files[entry["file"]]
                .decode("cp1252" if "enheter" in entry["file"] else "utf-8-sig")
                .split("\r\n")
            )
            line = lines[entry["line"] - 1]
            rules.add(entry["rule"])
            if entry["rule"] == "exact_repeat":
                assert lines.count(line) == 2 and lines.index(line) < entry["line"] - 1
            else:
                assert lines.count(line) == 1
    assert rules >= {
        "missing_value", "unreadable_date", "unreadable_number", "unknown_code", "out_of_range", "duplicate_key",
        "end_before_start", "impossible_date", "unknown_person", "unknown_unit", "manager_cycle", "superior_cycle",
        "self_meeting", "wrong_number_of_fields", "exact_repeat",
    }  # fmt: skip
    assert len({e["file"].split("/")[1] for a in made for e in a.truth.dirty}) == 9
    assert not run(Sample(n_employees=300, altered={"dirt": 0}), "2024Q3")[0].truth.dirty


def test_marker_people_take_part(made):
    last = made[-1].truth
    number = {c["role"]: c["number"] for c in last.canaries}
    assert set(number) == {role for _, _, role in CANARIES}
    tables = made[-1].state.tables
    applied = {c for t in ("mentee", "mentor") for c in tables["people"]["number"][tables[t]["person"]]}
    assert {number[r] for r in number if r.startswith("ment")} <= applied
    gone = {k[0] for k in rows_of(made[-1], "hris/2026Q3/avslut.csv")}
    assert number["quitter"] in gone and not gone & (set(number.values()) - {number["quitter"]})
    texts = " ".join(c["text"] for a in made for c in a.truth.comments)
    assert "Kanariefågel" in texts


def test_names_mails_and_personal_numbers(made):
    rows = list(rows_of(made[-1], "hris/2026Q3/anstallda.csv").values())
    names = [(r["Förnamn"], r["Efternamn"]) for r in rows]
    assert len(set(names)) < len(names), "two people share a name"
    assert len({r["E-post"] for r in rows}) == len(rows)
    assert all(r["E-post"].isascii() and r["E-post"].endswith("@nordviken.example") for r in rows)
    text = " ".join(f"{a} {b}" for a, b in names)
    assert all(part in text for part in ("å", "ö", "Ł", "-", ",", "von ", "ễ")) and unicodedata.is_normalized(
        "NFC", text
    )
    for r in rows[:50]:
        digits = r["Personnummer"].replace("-", "")[2:]
        total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(digits))
        assert total % 10 == 0 and 980 <= int(digits[6:9]) <= 999
    assert personal_numbers(np.array(["1980-01-02"], "datetime64[D]"), np.array([0]))[0].startswith("19800102-980")


def test_no_id_gives_an_employee_number_away(made):
    """Meeting, milestone, employment and response ids reach the warehouse beside pseudonyms."""
    columns = {
        "hris/2026Q3/anstallningar.csv": "Anställnings-id",
        "programme/2026Q3/moten.csv": "Mötesnummer",
        "programme/2026Q3/milstolpar.csv": "Milstolpsnummer",
    }
    for path, column in columns.items():
        rows = list(rows_of(made[-1], path).values())
        assert not any(r["_person"][1:] in r[column] for r in rows)
    people = rows_of(made[-1], "survey/2026Q3/410103/list_participants.json")
    order = [p["attribute_1"] for _, p in sorted(people.items())]
    assert order != sorted(order)


def test_calls_that_cannot_be_answered(made):
    sample = Sample(n_employees=600)
    with pytest.raises(SampleError, match="expected 2024Q3"):
        sample.advance(sample.start(), NO_PAIRS, Period(2025, 1))
    with pytest.raises(SampleError, match="another sample"):
        Sample(seed=2, n_employees=600).advance(made[0].state, NO_PAIRS, Period(2024, 4))
    with pytest.raises(SampleError, match="mentor_number"):
        sample.advance(made[0].state, pd.DataFrame({"cohort": [], "mentee_number": []}), Period(2024, 4))
    bad = pd.DataFrame({"cohort": ["2024"], "mentee_number": ["p00"], "mentor_number": ["E10001"]})
    with pytest.raises(SampleError, match="mentee_number p00"):
        sample.advance(made[0].state, bad, Period(2024, 4))
    with pytest.raises(ValueError, match="altered factor 'luck'"):
        Sample(altered={"luck": 1})


def test_truth_survives_its_bytes(made):
    assert Truth.from_bytes(made[4].truth.to_bytes()) == made[4].truth
