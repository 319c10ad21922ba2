"""What the commands tell somebody who uses them for the first time: what is wrong, where, and what to do, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from programme.cli.installation import Installation
from programme.loading import ProgrammeFileError, load_programme
from tests.unit.programme.test_cli import SAMPLE, adept


def renamed(folder, headings):
    """The sample's programme.yaml with renamed headings of the HRIS, and the line on which they stand."""
    text = SAMPLE.read_text(encoding="utf-8").replace("folder: hris", f"folder: hris\n    headings: {headings}", 1)
    path = folder / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    return path, text.split("headings:")[0].count("\n") + 1


@pytest.mark.parametrize(
    ("headings", "field", "says"),
    [
        ("{employees: {sex: Kön}}", "headings.employees", "Did you mean employee?"),
        ("{employee: {hire_data: Från}}", "headings.employee.hire_data", "Did you mean hire_date?"),
        ("{employee: {gender: Kön}}", "headings.employee.gender", "Known here: person_id"),
        ("{meeting: {minutes: Minuter}}", "headings.meeting", "Known here: employee"),
    ],
)
def test_renamed_headings_that_nothing_has_are_told_with_their_line(tmp_path, headings, field, says):
    path, line = renamed(tmp_path, headings)
    done = adept("check", "--programme", str(path))
    assert done.exit_code == 1
    for text in (f"{path}:{line}", field, says, "1 error, 1 warning"):
        assert text in done.output


def test_right_headings_are_accepted(tmp_path):
    path, _ = renamed(tmp_path, '{employee: {sex: Juridiskt kön, original_hire_date: ""}}')
    assert adept("check", "--programme", str(path)).exit_code == 0


def test_a_day_that_is_none_is_told_with_line_and_field(tmp_path):
    path = tmp_path / "programme.yaml"
    text = SAMPLE.read_text(encoding="utf-8").replace("match_on: 2024-10-20", "match_on: 2024-13-20")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeFileError) as caught:
        load_programme(path)
    (fault,) = caught.value.faults
    assert fault.line == text.split("2024-13-20")[0].count("\n") + 1
    assert (fault.field, fault.expected) == ("cohorts[0].match_on", "'2024-13-20' is no day of the calendar")


def test_check_stops_at_a_missing_inbox(tmp_path):
    done = adept("check", "--programme", str(SAMPLE), "--inbox", str(tmp_path / "nope"))
    assert done.exit_code == 1
    assert "there is no such folder" in done.output


def test_check_says_folder_and_remedy_of_a_missing_delivery_once(tmp_path):
    done = adept("check", "--programme", str(SAMPLE), "--inbox", str(tmp_path), "--period", "2027Q1")
    assert done.exit_code == 1
    assert done.output.count("hris/2027Q1") == 1
    assert done.output.count("programme/2027Q1") == 1
    assert "in the inbox [missing_folder]" in done.output
    # Four sources, a remedy each.
    assert done.output.count("Deliver the files of 2027Q1 there") == 4


def test_check_names_the_page_of_settings_once():
    assert adept("check").output.count("docs/operations.md") == 1


def test_run_without_settings_and_installation_stops(tmp_path):
    done = adept("run", "--period", "2026Q3", "--folder", str(tmp_path / "none"))
    assert done.exit_code == 1
    assert "No ADEPT_* variable is set" in done.output
    assert not (tmp_path / "none").exists()


def test_run_with_some_settings_names_the_others(tmp_path):
    done = adept("run", "--period", "2026Q3", ADEPT_INBOX=str(tmp_path))
    assert done.exit_code == 1
    assert "ADEPT_PROGRAMME_FILE: not set" in done.output


def test_report_advises_what_fits(tmp_path):
    unset = adept("report", "--published", str(tmp_path))
    assert (unset.exit_code, "adept demo" in unset.output) == (1, True)
    own = adept("report", ADEPT_PUBLISH=str(tmp_path))
    assert (own.exit_code, "adept run --period" in own.output) == (1, True)
    edition = tmp_path / "2026Q3" / "final"
    edition.mkdir(parents=True)
    (edition / "manifest.json").write_text(json.dumps({}))
    other = adept("report", "--period", "2026Q2", ADEPT_PUBLISH=str(tmp_path))
    assert (other.exit_code, "for that choice" in other.output) == (1, True)
    wrong = adept("report", "--period", "2026Q9", ADEPT_PUBLISH=str(tmp_path))
    assert wrong.exit_code == 2
    assert "2026Q9" in wrong.output


def test_schema_goes_into_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert adept("schema").exit_code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["programme.schema.json"]
    assert adept("schema", "--output", str(tmp_path / "no" / "folder.json")).exit_code == 2


def test_the_scheduler_of_an_installation_serves_no_logs(tmp_path):
    home = tmp_path / "here"
    Installation(home, Path(SAMPLE)).environment()
    settings = (home / "airflow" / "config" / "airflow_local_settings.py").read_text(encoding="utf-8")
    compile(settings, "airflow_local_settings.py", "exec")
    assert "LocalExecutor.serve_logs = False" in settings
