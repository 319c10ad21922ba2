"""The `adept` command: help that reads well, checks that find what would stop a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from programme.cli import application

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "sources" / "sample" / "programme.yaml"


def adept(*arguments, **environ):
    """Run the command; rich gets a wide terminal, so that no path is folded."""
    clean = dict.fromkeys(n for n in os.environ if n.startswith("ADEPT_"))
    return CliRunner().invoke(
        application(), list(arguments), env={**clean, "COLUMNS": "300", "TERM": "dumb", **environ}
    )


@pytest.fixture
def places(tmp_path):
    for name in ("work", "inbox", "published", "vault"):
        (tmp_path / name).mkdir(mode=0o700)
    return {
        "ADEPT_PROGRAMME_FILE": str(SAMPLE), "ADEPT_WAREHOUSE": f"duckdb://{tmp_path}/warehouse.duckdb",
        "ADEPT_VAULT": f"duckdb://{tmp_path}/vault/vault.duckdb", "ADEPT_VAULT_KEY": "k" * 32,
        "ADEPT_INBOX": str(tmp_path / "inbox"), "ADEPT_WORK": str(tmp_path / "work"),
        "ADEPT_PUBLISH": str(tmp_path / "published"),
    }  # fmt: skip


def test_help_names_every_command_under_its_panel():
    shown = adept("--help").output
    for text in ("Try it", "Set up a programme", "Run a programme", "demo", "sample", "serve", "check", "run", "match",
                 "groups", "report", "schema"):  # fmt: skip
        assert text in shown
    for command in ("demo", "sample", "serve", "check", "run", "match", "groups", "report", "schema"):
        assert adept(command, "--help").exit_code == 0


def test_help_loads_no_room():
    script = (
        "import sys, programme.cli as c; c.application()\n"
        "rooms = {'pandas', 'airflow', 'duckdb', 'sources', 'evaluation', 'matching', 'reports', 'expectations'}\n"
        "print(sorted(rooms & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_check_of_a_sound_installation_is_ready_and_writes_nothing(places, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    done = adept("check", **places)
    assert done.exit_code == 0, done.output
    assert "Ready: 0 errors" in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_check_names_every_missing_setting():
    done = adept("check")
    assert done.exit_code == 1
    for name in ("ADEPT_PROGRAMME_FILE", "ADEPT_WAREHOUSE", "ADEPT_VAULT_KEY", "ADEPT_PUBLISH"):
        assert name in done.output


def test_check_shows_faults_of_the_programme_at_their_line(tmp_path):
    path = tmp_path / "programme.yaml"
    path.write_text(SAMPLE.read_text().replace("min_cell: 10", "min_cell: 3"))
    line = SAMPLE.read_text().split("min_cell: 10")[0].count("\n") + 1
    done = adept("check", "--programme", str(path))
    assert done.exit_code == 1
    assert f"{path}:{line}" in done.output
    assert "privacy.min_cell" in done.output


def test_check_finds_what_is_open_or_unreachable(places, tmp_path):
    (tmp_path / "work").chmod(0o755)
    places["ADEPT_WAREHOUSE"] = "postgresql://adept:hush@127.0.0.1:1/nowhere"
    done = adept("check", **places)
    assert done.exit_code == 1
    assert f"chmod 700 {tmp_path}/work" in done.output
    assert "cannot connect to 127.0.0.1:1/nowhere" in done.output
    assert "hush" not in done.output


def test_check_opens_postgresql_and_warns_of_one_user_for_both(places, postgres_database, postgres):
    done = adept("check", **{**places, "ADEPT_WAREHOUSE": postgres_database, "ADEPT_VAULT": postgres})
    assert done.exit_code == 0, done.output
    assert done.output.count("reachable") == 2
    assert "same database user" in done.output


def test_sample_is_written_checked_and_repeatable(tmp_path):
    for name in ("a", "b"):
        done = adept("sample", "--folder", str(tmp_path / name), "--employees", "200", "--until", "2024Q3")
        assert done.exit_code == 0, done.output
    files = {p.relative_to(tmp_path / "a"): p for p in (tmp_path / "a").rglob("*") if p.is_file()}
    assert Path("inbox/hris/2024Q3/anstallda.csv") in files
    assert all((tmp_path / "b" / name).read_bytes() == path.read_bytes() for name, path in files.items())
    inbox = tmp_path / "a" / "inbox"
    checked = adept("check", "--programme", str(tmp_path / "a" / "programme.yaml"), "--inbox", str(inbox))
    assert checked.exit_code == 0, checked.output
    assert "raw_hris.employee" in checked.output
    (inbox / "hris" / "2024Q3" / "anstallda.csv").write_bytes(b"")
    broken = adept("check", "--programme", str(SAMPLE), "--inbox", str(inbox))
    assert broken.exit_code == 1
    assert "hris/2024Q3/anstallda.csv" in broken.output


@pytest.mark.parametrize("arguments", [("sample", "--until", "soon"), ("sample", "--until", "2024Q1"),
                                       ("check", "--period", "2026Q7")])  # fmt: skip
def test_wrong_quarters_are_explained(arguments, tmp_path):
    done = adept(*arguments)
    assert done.exit_code == 2
    assert "Invalid value" in done.output


def test_schema_is_written_and_printed(tmp_path):
    target = tmp_path / "schema.json"
    assert adept("schema", "--output", str(target)).exit_code == 0
    assert json.loads(target.read_text())["title"] == "Adept: programme.yaml"
    assert adept("schema", "--output", "-").output == target.read_text()
