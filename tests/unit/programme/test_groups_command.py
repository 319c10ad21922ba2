"""`adept groups`: workbooks by name for the programme office alone, aggregates on the screen."""

from __future__ import annotations

import datetime as dt
import io
import re
import stat

import pandas as pd
import pytest
from openpyxl import load_workbook

from matching.groups import plan
from programme.loading import load_programme
from programme.vault import Vault
from programme.warehouse import Warehouse
from tests.unit.matching.people import crowd, pid
from tests.unit.programme.test_cli import ROOT, SAMPLE, adept

KEY = "k" * 32
MENTEES, MENTORS = crowd(16, 10)
PROGRAMME = load_programme(SAMPLE)
# The first mentor has two mentees; the last mentor is somebody else's mentee.
PAIRS = [(pid(f"mentee {k}"), pid(f"mentor {max(k - 1, 1)}")) for k in range(1, 9)]
BOTH = PAIRS[-1][1], pid("mentor 10")
PAIRS.append(BOTH)
STALE = [(pid(f"mentee {k}"), pid("mentor 9")) for k in range(1, 15)]
ARGUMENTS = ("--cohort", "2024", "--rounds", "3", "--size-min", "3", "--size-max", "5")


def fill(warehouse, name=PROGRAMME.name):
    for statement in (ROOT / "dbt_project" / "landing.sql").read_text().split(";"):
        if statement.strip():
            warehouse.execute(statement)
    both = MENTEES.tail(1).assign(person_id=BOTH[0])
    for role, frame in (("mentee", pd.concat([MENTEES.head(-1), both])), ("mentor", MENTORS)):
        warehouse._connection.register("given", frame.astype({"level": "float64"}))
        warehouse.execute(f"CREATE TABLE marts.mart_{role}_profile AS SELECT * FROM given")
    for programme, cohort, pairs, day in (
        (name, "2024", STALE, 1), (name, "2024", PAIRS, 2), (name, "2025", STALE, 3), ("other", "2024", STALE, 4),
    ):  # fmt: skip
        frame = pd.DataFrame(pairs, columns=["mentee_person_id", "mentor_person_id"])
        known_at = dt.datetime(2024, 10, day)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
        warehouse.insert("matching.approved_pair", frame.assign(programme=programme, cohort=cohort, known_at=known_at))


@pytest.fixture
def installation(tmp_path):
    """Settings of an installation with approved pairs, whose vault knows everybody."""
    with Warehouse(f"duckdb://{tmp_path}/warehouse.duckdb") as warehouse:
        fill(warehouse)
    everybody = [*MENTEES["person_id"], *MENTORS["person_id"]]
    numbers = [f"Nr{k}" for k in range(len(everybody))]
    roster = pd.DataFrame({"person_id": everybody, "first_name": "Person", "last_name": numbers})
    Vault(f"duckdb://{tmp_path}/vault.duckdb", KEY, PROGRAMME.name).remember(
        roster.assign(known_at=dt.datetime(2024, 9, 1))  # noqa: DTZ001
    )
    (tmp_path / "work").mkdir()
    return tmp_path, {
        "ADEPT_PROGRAMME_FILE": str(SAMPLE), "ADEPT_WAREHOUSE": f"duckdb://{tmp_path}/warehouse.duckdb",
        "ADEPT_VAULT": f"duckdb://{tmp_path}/vault.duckdb", "ADEPT_VAULT_KEY": KEY,
        "ADEPT_INBOX": str(tmp_path), "ADEPT_WORK": str(tmp_path / "work"), "ADEPT_PUBLISH": str(tmp_path),
    }  # fmt: skip


def names():
    everybody = [*MENTEES["person_id"], *MENTORS["person_id"]]
    return {person: f"Person Nr{k}" for k, person in enumerate(everybody)}


def expected():
    """The plan, made from the frames themselves."""
    mentees = pd.concat([MENTEES.head(-1), MENTEES.tail(1).assign(person_id=BOTH[0])])
    mentors = MENTORS[MENTORS["person_id"] != BOTH[0]]
    people = pd.concat([
        mentees[mentees["person_id"].isin([m for m, _ in PAIRS])].assign(role="mentee"),
        mentors[mentors["person_id"].isin([m for _, m in PAIRS])].assign(role="mentor"),
    ])  # fmt: skip
    return people, plan(people, 3, 3, 5, PROGRAMME.matching.seed, PAIRS)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_workbooks_hold_the_plan_of_the_newest_pairs_by_name(installation):
    folder, settings = installation
    done = adept("groups", *ARGUMENTS, **settings)
    assert done.exit_code == 0, done.output
    people, found = expected()
    division = people.set_index("person_id")["division_id"]
    assert len(people) == len({person for pair in PAIRS for person in pair}) == 16
    paths = sorted((folder / "work" / "groups").iterdir())
    assert [path.name for path in paths] == ["2024.en.xlsx", "2024.sv.xlsx"]
    for path, word in zip(paths, ("Round", "Träff"), strict=True):
        book = load_workbook(io.BytesIO(path.read_bytes()))
        assert book.sheetnames == [f"{word} {number}" for number in (1, 2, 3)]
        for number, sheet in enumerate(book.worksheets, start=1):
            seats = found.groups[found.groups["round"] == number]
            rows = {(g, names()[p], division[p]) for g, p in zip(seats["group"], seats["person_id"], strict=True)}
            assert set(sheet.iter_rows(min_row=2, values_only=True)) == rows and sheet.max_row == 17
        assert str(path) in done.output


def test_the_screen_shows_the_figures_and_nobody(installation):
    done = adept("groups", *ARGUMENTS, **installation[1])
    figures = expected()[1].figures.set_index("figure")["value"]
    for title, name in (("People", "people"), ("New acquaintances", "new_acquaintances"),
                        ("Most that any plan could give", "bound"),
                        ("Meetings within a team", "same_team_pairs")):  # fmt: skip
        assert re.search(rf"│ {title} +│ +{figures[name]:.0f} │", done.output), title
    assert f"{figures['gap']:.1%}" in done.output
    assert not re.search(r"p[0-9a-f]{20}|Nr\d", done.output)
    assert "not in the vault" not in done.output


def test_folder_and_files_are_closed_to_others_whatever_lay_there(installation):
    folder, settings = installation
    place = folder / "work" / "groups"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    (place / "2024.sv.xlsx").write_bytes(b"earlier")
    (place / "2024.sv.xlsx").chmod(0o666)
    assert adept("groups", *ARGUMENTS, **settings).exit_code == 0
    assert mode(place) == 0o700 and {mode(path) for path in place.iterdir()} == {0o600}
    before = {path: path.read_bytes() for path in place.iterdir()}
    assert adept("groups", *ARGUMENTS, **settings).exit_code == 0
    assert {path: path.read_bytes() for path in place.iterdir()} == before


def test_looking_up_the_names_is_written_to_the_access_log(installation):
    folder, settings = installation
    adept("groups", *ARGUMENTS, **settings)
    with Warehouse(f"duckdb://{folder}/vault.duckdb") as vault:
        log = vault.query("SELECT actor, purpose, action, person_id FROM access_log")
    assert set(log["person_id"]) == {person for pair in PAIRS for person in pair} and len(log) == 16
    assert log[["actor", "purpose", "action"]].drop_duplicates().values.tolist() == [
        ["adept groups", "networking groups", "identify"]
    ]


def test_people_whom_the_vault_does_not_know_are_counted_and_shown_by_pseudonym(installation):
    folder, settings = installation
    with Warehouse(f"duckdb://{folder}/vault.duckdb") as vault:
        vault.execute("DELETE FROM person WHERE person_id = ?", (PAIRS[0][0],))
    done = adept("groups", *ARGUMENTS, **settings)
    assert done.exit_code == 0 and "1 of the people are not in the vault" in done.output
    book = load_workbook(folder / "work" / "groups" / "2024.en.xlsx")
    assert PAIRS[0][0] in {row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert PAIRS[0][0] not in done.output


@pytest.mark.parametrize(
    ("arguments", "statement", "code", "texts"),
    [
        (("--cohort", "2099"), None, 2, ("no cohort '2099'; known: 2024",)),
        (("--cohort", "2024", "--rounds", "0"), None, 2, ("--rounds",)),
        (("--cohort", "2024", "--size-min", "6", "--size-max", "5"), None, 1, ("size_min <= size_max, got 6 and 5",)),
        (("--cohort", "2024", "--size-min", "9", "--size-max", "9"), None, 1, ("16 people cannot be split", "widen")),
        (ARGUMENTS, "DELETE FROM matching.approved_pair WHERE programme <> 'other'", 1,
         ("has no approved pairs of cohort 2024", "approve a proposal of the DAG cohort_matching")),
        (ARGUMENTS, "DROP TABLE matching.approved_pair", 1, ("has no table matching.approved_pair", "approve a prop")),
        (ARGUMENTS, "DROP TABLE marts.mart_mentor_profile", 1, ("has no table marts.mart_mentor_profile", "run the D")),
        (ARGUMENTS, "DELETE FROM marts.mart_mentee_profile WHERE application_id < 3", 1,
         ("2 of 9 mentees in the approved pairs of cohort 2024 have no row", "with the partition key 2024")),
    ],
    ids=["cohort", "rounds", "bounds", "split", "no pairs", "no pair table", "no profile table", "no profiles"],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_remedy_and_nobody_is_looked_up(
    installation, arguments, statement, code, texts
):
    folder, settings = installation
    if statement:
        with Warehouse(settings["ADEPT_WAREHOUSE"]) as warehouse:
            warehouse.execute(statement)
    done = adept("groups", *arguments, **settings)
    assert done.exit_code == code, done.output
    flat = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.output).split())
    for text in texts:
        assert text in flat
    assert "Traceback" not in done.output and not re.search(r"p[0-9a-f]{20}", done.output)
    assert not (folder / "work" / "groups").exists()
    with Warehouse(settings["ADEPT_VAULT"]) as vault:
        assert vault.scalar("SELECT count(*) FROM access_log") == 0


def test_settings_and_places_that_cannot_be_used_are_named(installation):
    folder, settings = installation
    assert "ADEPT_WAREHOUSE: not set" in adept("groups", "--cohort", "2024").output
    (folder / "work" / "groups").write_text("a file where the folder belongs")
    done = adept("groups", *ARGUMENTS, **settings)
    assert done.exit_code == 1 and "No groups." in done.output and str(folder / "work" / "groups") in done.output
