"""File drops: what is read, what is cut down, and what is said of a file that cannot be read."""

from __future__ import annotations

import pickle

import pytest

import sources
from programme.config import Source
from sources.contracts import DATASETS, dataset
from tests.unit.sources.conftest import HRIS, PERIOD, PROGRAMME, csv_text, good_rows, write_drop


def _of(extracts, name):
    return next(e for e in extracts if e.dataset.name == name)


def test_clean_delivery_gives_every_dataset_of_the_source(inbox, vault):
    found = sources.extract(HRIS, PERIOD, inbox, vault) + sources.extract(PROGRAMME, PERIOD, inbox, vault)
    assert {e.dataset.table for e in found} == {d.table for d in DATASETS if d.file}
    for item in found:
        assert item.n_received == len(item.frame) == 3
        assert list(item.frame.columns) == [*(c.name for c in item.dataset.loaded_columns), "line", "file"]
        assert list(item.frame["line"]) == [2, 3, 4]
        assert len(item.files[0][1]) == 64


def test_no_identifier_is_left_in_any_frame_or_working_file(inbox, vault, tmp_path):
    found = sources.extract(HRIS, PERIOD, inbox, vault) + sources.extract(PROGRAMME, PERIOD, inbox, vault)
    for item in found:
        text = item.frame.to_csv()
        for mark in ("Kanarie", "Prövning", "E00001", "example.se", "1980-02-29", "19800229", "0701-23", "Sjuk"):
            assert mark not in text, (item.dataset.table, mark)
        folder = tmp_path / item.dataset.source / item.dataset.name
        item.write(folder)
        assert folder.stat().st_mode & 0o077 == 0
        again = sources.Extract.read(folder)
        assert again.frame.equals(item.frame) and again.dataset == item.dataset
        assert (again.files, again.n_received, again.notes) == (item.files, item.n_received, item.notes)


def test_cells_are_cut_down(inbox, vault):
    found = sources.extract(HRIS, PERIOD, inbox, vault)
    employee = _of(found, "employee")
    assert list(employee.frame["birth_year"]) == ["1980"] * 3
    assert set(_of(found, "leave").frame["leave_type"]) == {"other"}
    assert list(_of(found, "employment").frame["job_title"]) == ["Ingenjör; senior"] * 3
    assert _of(found, "organisation").frame["organisation_name"][0] == "Försäljning Öst 1"
    application = _of(sources.extract(PROGRAMME, PERIOD, inbox, vault), "mentee_application").frame
    assert application["motivation"][0] == "[namn] sa ja, ring [tel]."
    assert application["preferred_mentors"][0] == "|".join(vault.pseudonym(n) for n in ("E00002", "E00003"))
    assert set(vault.roster()["email"]) == {"k1@example.se", "k2@example.se", "k3@example.se"}


def test_dropped_columns_are_counted_by_name(inbox, vault):
    notes = _of(sources.extract(HRIS, PERIOD, inbox, vault), "employee").notes
    assert notes == (
        "anstallda.csv: 2 columns dropped, never read: Personnummer, Facklig tillhörighet",
        "anstallda.csv: 1 column dropped, not in the contract: number 12",
    )


def test_a_file_without_its_headings_is_told_without_quoting_its_first_row(inbox, vault, spoil):
    """The first row's names, mail addresses and numbers must not reach a message, a note or a log."""
    for file, marks in (
        ("anstallda.csv", ("Kanarie", "Prövning", "E0000", "@", "1980", "Malmö", "blå")),
        ("anstallningar.csv", ("E0000", "Ingenjör", "A1")),
    ):
        path = inbox / "hris" / PERIOD.label / file
        whole = path.read_bytes()
        spoil(file, lambda data: data.split(b"\r\n", 1)[1])
        with pytest.raises(sources.SourceError, match=r"line 1.*is the header row missing\?") as caught:
            sources.extract(HRIS, PERIOD, inbox, vault)
        assert caught.value.rule == "missing_header"
        assert not [mark for mark in marks if mark in str(caught.value)]
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("heading", "instead", "told"),
    [
        ("Kön", "Anna Kanarie", "Ort, 2 other headings."),
        ("Första anställningsdatum", "Första anställningsdag", "Första anställningsdag"),
        ("Favoritfärg", "Kanarie;Kanarie", "columns 12 and 13 have the same heading (1 heading)"),
    ],
)
def test_messages_name_known_headings_and_close_ones_alone(inbox, vault, spoil, heading, instead, told):
    spoil("anstallda.csv", lambda data: data.replace(heading.encode(), instead.encode(), 1))
    with pytest.raises(sources.SourceError) as caught:
        sources.extract(HRIS, PERIOD, inbox, vault)
    assert told in str(caught.value).replace(" [missing_column]", "") and "Kanarie" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [("1980-02-30", "?unreadable_date"), ("29/2 1980", "?unreadable_date"), ("", None), ("2031-01-01", "2031")],
)
def test_birth_dates_never_stay_whole(inbox, vault, value, kept):
    item = dataset("hris", "employee")
    rows = good_rows(item)
    rows[1]["birth_year"] = value
    write_drop(inbox, item, csv_text(item, rows))
    assert _of(sources.extract(HRIS, PERIOD, inbox, vault), "employee").frame["birth_year"][1] == kept


def test_unknown_leave_and_unreadable_numbers_are_marked(inbox, vault):
    leave, employment = dataset("hris", "leave"), dataset("hris", "employment")
    rows = good_rows(leave)
    rows[0]["leave_type"] = "Migrän"
    rows[1]["person_id"] = "??"
    write_drop(inbox, leave, csv_text(leave, rows))
    rows = good_rows(employment)
    rows[0]["manager_person_id"] = "chefen själv!"
    write_drop(inbox, employment, csv_text(employment, rows))
    found = sources.extract(HRIS, PERIOD, inbox, vault)
    assert _of(found, "leave").frame["leave_type"][0] == "?unknown"
    assert _of(found, "leave").frame["person_id"][1] is None
    assert _of(found, "employment").frame["manager_person_id"][0] == "?unreadable"


def test_a_row_of_wrong_length_is_rejected_and_the_others_stay(inbox, vault, spoil):
    spoil("anstallda.csv", lambda data: data.replace(b"E00002;Kanarie2;", b"E00002;Kanarie2;for;mycket;"))
    found = _of(sources.extract(HRIS, PERIOD, inbox, vault), "employee")
    assert found.n_received == 3 and list(found.frame["line"]) == [2, 4]
    assert found.rejected.to_dict("records") == [
        {
            "line": 3,
            "file": "anstallda.csv",
            "rule": "wrong_number_of_fields",
            "reason": "14 fields, the headings name 12",
        }
    ]
    sealed = vault.unseal("hris", "employee", purpose="test", actor="test")
    assert len(sealed) == 1 and "Kanarie2;for;mycket" in sealed["content"][0]


def test_line_numbers_are_the_file_s_own_with_breaks_in_fields_and_blank_lines(inbox, vault):
    item = dataset("programme", "mentee_application")
    rows = good_rows(item)
    rows[0]["motivation"] = 'rad ett; rad två\r\n""citat""'
    text = csv_text(item, rows).replace("\r\n2;2025", "\r\n\r\n2;2025")
    write_drop(inbox, item, text)
    found = _of(sources.extract(PROGRAMME, PERIOD, inbox, vault), "mentee_application").frame
    assert list(found["line"]) == [2, 5, 6]
    assert found["motivation"][0] == 'rad ett; rad två\r\n"citat"'


def _cut_heading(data: bytes) -> bytes:
    return data.replace("Kön".encode(), b"Genus", 1)


@pytest.mark.parametrize(
    ("file", "how", "rule", "line"),
    [
        ("anstallda.csv", lambda d: d.replace("Malmö".encode(), b"Malm\xf6", 2), "unreadable_encoding", 2),
        ("anstallda.csv", lambda d: d.decode("utf-8-sig").encode("utf-16"), "unreadable_encoding", 1),
        ("enheter.csv", lambda d: d.decode("cp1252").encode("utf-8"), "unreadable_encoding", 1),
        ("enheter.csv", lambda d: d.replace(b"F\xf6rs", b"F\x81rs", 1), "unreadable_encoding", 2),
        ("avslut.csv", lambda d: d + b"\0\r\n", "unreadable_encoding", 5),
        ("anstallda.csv", lambda d: b"", "empty_file", None),
        ("anstallda.csv", lambda d: b"\xef\xbb\xbf\r\n", "empty_file", None),
        ("anstallda.csv", lambda d: d[:-9], "half_written_file", 4),
        ("anstallda.csv", lambda d: d[:-2] + b';"blad och mull\r\n', "half_written_file", 4),
        ("anstallningar.csv", lambda d: d.replace(b'"Ingenj', b'"Inge"nj', 1), "broken_quotes", 2),
        ("anstallda.csv", _cut_heading, "missing_column", 1),
        ("anstallda.csv", lambda d: d.replace(b"Ort", "Förnamn".encode(), 1), "duplicate_heading", 1),
    ],
)
def test_bad_files_are_told_with_source_file_line_rule_and_remedy(inbox, vault, spoil, file, how, rule, line):
    spoil(file, how)
    with pytest.raises(sources.SourceError) as caught:
        sources.extract(HRIS, PERIOD, inbox, vault)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - errors cross processes
    assert (error.source, error.file, error.rule, error.line) == ("hris", file, rule, line)
    assert error.remedy and file in str(error) and rule in str(error)
    assert "Kanarie" not in str(error) and "E0000" not in str(error)


def test_the_byte_of_an_encoding_fault_is_the_file_s(inbox, vault, spoil):
    path = inbox / "hris" / PERIOD.label / "anstallda.csv"
    spoil("anstallda.csv", lambda d: d.replace("Malmö".encode(), b"Malm\xf6", 2))
    at = path.read_bytes().index(b"Malm\xf6") + 4
    with pytest.raises(sources.SourceError, match=rf"byte {at}: byte 0xf6"):
        sources.extract(HRIS, PERIOD, inbox, vault)


def test_missing_file_and_folder(inbox, vault):
    (inbox / "hris" / PERIOD.label / "avslut.csv").unlink()
    with pytest.raises(sources.SourceError, match=r"avslut\.csv.*missing_file"):
        sources.extract(HRIS, PERIOD, inbox, vault)
    with pytest.raises(sources.SourceError, match="missing_folder"):
        sources.extract(HRIS, PERIOD.shift(1), inbox, vault)


def test_headings_alone_are_an_empty_dataset(inbox, vault):
    item = dataset("programme", "adjustment")
    write_drop(inbox, item, csv_text(item, []))
    found = _of(sources.extract(PROGRAMME, PERIOD, inbox, vault), "adjustment")
    assert found.n_received == 0 and found.frame.empty


def test_headings_can_be_renamed_and_optional_columns_left_out(inbox, vault):
    item = dataset("hris", "employee")
    text = csv_text(item, good_rows(item)).replace("Ort", "Arbetsplats").replace(";Första anställningsdatum", ";Annat")
    write_drop(inbox, item, text)
    source = Source(
        name="hris",
        kind="file_drop",
        folder="hris",
        headings={"employee": {"location": "arbetsplats", "original_hire_date": "", "sex": ""}},
    )
    found = _of(sources.extract(source, PERIOD, inbox, vault), "employee")
    assert list(found.frame["location"]) == ["Malmö"] * 3
    assert found.frame["sex"].isna().all() and found.optional == ("sex", "original_hire_date")
    assert not next(c for c in found.dataset.columns if c.name == "sex").required


@pytest.mark.parametrize(
    ("headings", "rule"),
    [
        ({"location": "Religion"}, "denied_column"),
        ({"shoe_size": "Skor"}, "unknown_column"),
        ({"person_id": ""}, "missing_column"),
    ],
)
def test_renaming_cannot_open_a_denied_column(inbox, vault, headings, rule):
    source = Source(name="hris", kind="file_drop", folder="hris", headings={"employee": headings})
    with pytest.raises(sources.SourceError, match=rule):
        sources.extract(source, PERIOD, inbox, vault)


def test_the_erased_do_not_come_back(inbox, vault):
    sources.extract(HRIS, PERIOD, inbox, vault)
    gone = vault.pseudonym("E00002")
    vault.erase([gone], purpose="test", actor="test")
    found = sources.extract(HRIS, PERIOD, inbox, vault) + sources.extract(PROGRAMME, PERIOD, inbox, vault)
    for item in found:
        assert gone not in item.frame.to_csv(), item.dataset.table
        assert item.n_received == len(item.frame) + len(item.rejected)
    assert list(_of(found, "employee").rejected["rule"]) == ["erased_person"]
    assert len(vault.roster()) == 2
