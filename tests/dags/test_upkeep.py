"""Retention and erasure on a sample organisation that was ingested, matched and evaluated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dags.steps import traces, upkeep
from dags.steps.context import open_vault, open_warehouse, resolve, settings
from programme.loading import load_programme
from programme.period import Period
from sources.summary import reconcile_warehouse
from tests.pipeline import PROGRAMME_FILE, Pipeline

CANARIES = [f"E9090900{i}" for i in range(1, 7)]
PROGRAMME = load_programme(PROGRAMME_FILE).name
FIRST, SECOND = Period(2024, 3), Period(2024, 4)


def _day(day: str, cutoff: str = "2019-01-01") -> dict[str, str]:
    return {"programme": PROGRAMME, "day": day, "cutoff": cutoff}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("upkeep") / "adept"
    pipeline = Pipeline(folder, employees=300)
    pipeline.ingest(FIRST)
    pipeline.match("2024")
    pipeline.ingest(SECOND)
    pipeline.evaluate(SECOND)
    return folder


@pytest.fixture
def pipeline(template, tmp_path):
    """A copy of the installation, with its environment."""
    shutil.copytree(template, tmp_path / "adept")
    copy = Pipeline(tmp_path / "adept", employees=300)
    with copy.environment():
        yield copy


def vault():
    return open_vault(settings(), PROGRAMME)


def query(sql, parameters=()):
    with open_warehouse(settings(), read_only=True) as warehouse:
        return warehouse.query(sql, parameters)


def request(*lines: str, name: str = "2025-01.txt") -> Path:
    folder = upkeep.requests_folder(settings().work)
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def number_of(person: str) -> str:
    roster = vault().roster().set_index("person_id")
    return roster["employee_number"][person]


def writer() -> str:
    """Somebody who answered a survey with a comment and applied to be a mentee."""
    return query(
        "SELECT min(r.person_id) AS p FROM raw_survey.response r "
        "JOIN raw_survey.comment c USING (survey_id, response_id) "
        "JOIN raw_programme.mentee_application a ON a.person_id = r.person_id"
    )["p"].iloc[0]


def manager() -> str:
    return query("SELECT min(manager_person_id) AS p FROM raw_hris.employment")["p"].iloc[0]


def responses_of(person: str) -> list[tuple[str, str]]:
    frame = query("SELECT DISTINCT survey_id, response_id FROM raw_survey.response WHERE person_id = ?", (person,))
    return list(frame.itertuples(index=False, name=None))


def n_rows(table: str, survey: str, response: str) -> int:
    sql = f"SELECT count(*) AS n FROM {table} WHERE survey_id = ? AND response_id = ?"
    return int(query(sql, (survey, response))["n"].iloc[0])


def ingest_again(pipeline: Pipeline) -> None:
    """The very same files, as a corrected edition."""
    for period, day in ((FIRST, "2025-03-05"), (SECOND, "2025-03-06")):
        params = {"edition": "corrected-1", "known_at": f"{day}T06:00:00Z"}
        pipeline.context = lambda period, run_id="test", params=params: resolve(period.partition_key, params, run_id)
        pipeline.ingest(period, advance=False)


def assert_gone(marks: list[str]) -> None:
    with open_warehouse(settings(), read_only=True) as warehouse:
        assert traces.in_warehouse(warehouse, marks) == {}
    places = settings()
    assert traces.in_files((places.work, places.publish), marks, leave=Path("none")) == {}


# -- erasure ----------------------------------------------------------------------------------------------------------


def test_the_erased_are_found_nowhere_and_the_files_do_not_bring_them_back(pipeline):
    person, boss = writer(), manager()
    numbers = [*CANARIES, number_of(person), number_of(boss)]
    people = [vault().pseudonym(n) for n in numbers]
    roster = vault().roster()
    marks = traces.marks_of(roster[roster["person_id"].isin(people)], people, numbers)
    answered = responses_of(person)
    assert answered
    assert any(n_rows("raw_survey.comment", *r) for r in answered)
    n_led = query("SELECT count(*) AS n FROM raw_hris.employment WHERE manager_person_id = ? AND person_id <> ?",
                  (boss, boss))["n"].iloc[0]  # fmt: skip
    others = "SELECT count(*) AS n FROM raw_hris.employment WHERE person_id NOT IN ("
    others += ", ".join("?" for _ in people) + ")"
    n_others = query(others, people)["n"].iloc[0]
    assert n_led
    stale = settings().work / "ingest" / "2024Q1-final" / "frame.csv"
    stale.parent.mkdir(parents=True)
    stale.write_text(people[0])
    returned = settings().work / "review" / "returned"
    returned.mkdir()
    shutil.copy(next((settings().work / "review").glob("*.en.xlsx")), returned / "reviewed.xlsx")
    groups = settings().work / "groups"
    groups.mkdir()
    shutil.copy(next((settings().work / "review").glob("*.en.xlsx")), groups / "2024.en.xlsx")
    file = request(*numbers)

    result = upkeep.erase(_day("2025-02-01"))

    assert result["n_people"] == len(set(people))
    assert not any(text in str(result) for text in marks)
    assert set(result) == {"n_people", "removed"}
    assert not file.exists()
    assert_gone(marks)
    for response in answered:
        for table in ("raw_survey.answer", "raw_survey.comment", "marts.mart_comment", "marts.mart_survey_answer"):
            assert n_rows(table, *response) == 0
    # Whoever was led by an erased manager stays.
    assert query(others, people)["n"].iloc[0] == n_others
    certificate = query("SELECT * FROM audit.erasure")
    assert sorted(certificate["person_hash"]) == vault().marks(people)
    assert upkeep.prove(_day("2025-02-01"), result)["n_found"] == 0
    # The books still add up, with what was removed.
    with open_warehouse(settings(), read_only=True) as warehouse:
        reconcile_warehouse(warehouse)
    # The views of the file were copied too.
    assert len(query("SELECT * FROM published.match_summary"))

    ingest_again(pipeline)
    assert_gone([m for m in marks if " " not in m])
    assert not vault().erased(vault().roster()["person_id"])


def test_a_run_repeated_after_an_erasure_loads_nothing_new(pipeline):
    request(number_of(writer()))
    upkeep.erase(_day("2025-02-01"))
    before = query("SELECT source, dataset, batch_id, n_loaded FROM audit.batch ORDER BY 1, 2, 3")
    n_people = query("SELECT count(*) AS n FROM raw_hris.employee")["n"].iloc[0]

    pipeline.ingest(SECOND, advance=False)

    assert query("SELECT source, dataset, batch_id, n_loaded FROM audit.batch ORDER BY 1, 2, 3").equals(before)
    assert query("SELECT count(*) AS n FROM raw_hris.employee")["n"].iloc[0] == n_people


def test_the_erased_persons_answers_do_not_come_back_without_the_person(pipeline):
    person = writer()
    answered = responses_of(person)
    request(number_of(person))
    upkeep.erase(_day("2025-02-01"))
    ingest_again(pipeline)
    for response in answered:
        for table in ("raw_survey.response", "raw_survey.answer", "raw_survey.comment"):
            assert n_rows(table, *response) == 0


def test_erasing_twice_changes_nothing(pipeline):
    request(CANARIES[0])
    first = upkeep.erase(_day("2025-02-01"))
    assert first["n_people"] == 1
    assert first["removed"]["raw_hris.employee"]
    request(CANARIES[0].lower())
    again = upkeep.erase(_day("2025-03-01"))
    assert again == {"n_people": 1, "removed": {}}
    assert len(query("SELECT * FROM audit.erasure")) == 1
    assert upkeep.erase(_day("2025-04-01")) == {"n_people": 0, "removed": {}}


def test_what_cannot_be_carried_out_stays_and_is_named_by_line(pipeline):
    good = request(CANARIES[0], name="a.txt")
    faulty = request(CANARIES[1], "", "E;1", "E77777777", name="b.txt")
    other = request("x", name="c.csv")
    with pytest.raises(upkeep.ErasureError) as caught:
        upkeep.erase(_day("2025-02-01"))
    message = str(caught.value)
    assert "b.txt, line 3: not readable" in message
    assert "b.txt, line 4: the vault knows nobody" in message
    assert "c.csv: expected" in message
    assert "77777777" not in message
    assert [p.exists() for p in (good, faulty, other)] == [False, True, True]
    people = [vault().pseudonym(n) for n in CANARIES[:2]]
    assert vault().erased(people) == set(people)
    assert len(query("SELECT * FROM audit.erasure")) == 2


def test_a_trace_in_a_workbook_stops_the_erasure_until_it_is_removed(pipeline):
    workbook = settings().work / "drafts" / "list.xlsx"
    shutil.copy(next((settings().work / "review").glob("*.en.xlsx")), workbook)
    request(number_of(query("SELECT min(mentee_person_id) AS p FROM matching.approved_pair")["p"].iloc[0]))
    with pytest.raises(upkeep.ErasureError, match="work/drafts"):
        upkeep.erase(_day("2025-02-01"))
    workbook.unlink()
    assert upkeep.erase(_day("2025-02-01"))["n_people"] == 1


def test_on_postgresql(postgres, tmp_path):
    from tests.services.postgres import new_database

    with new_database(postgres, "upkeep_warehouse") as warehouse, new_database(postgres, "upkeep_vault") as keeper:
        pipeline = Pipeline(tmp_path / "adept", employees=300, warehouse=warehouse, vault=keeper)
        pipeline.ingest(FIRST)
        with pipeline.environment():
            boss = manager()
            roster = vault().roster()
            marks = traces.marks_of(roster[roster["person_id"] == boss], [boss], [number_of(boss)])
            request(number_of(boss))
            result = upkeep.erase(_day("2025-02-01"))
            assert result["removed"]["raw_hris.employment"]
            assert_gone(marks)
            assert upkeep.prove(_day("2025-02-01"), result)["n_found"] == 0
            # The only full extract still holds, the rest is too old.
            assert upkeep.retain(_day("2031-01-01", "2026-01-01"))
            _assert_books_balance()
            assert _keep("1 = 1", "raw_hris.employee") > 0
            assert upkeep.retain(_day("2031-01-01", "2026-01-01")) == {}


# -- retention --------------------------------------------------------------------------------------------------------


def _keep(known_at_sql: str, table: str) -> int:
    return int(query(f"SELECT count(*) AS n FROM {table} WHERE {known_at_sql}")["n"].iloc[0])


def test_what_is_older_than_the_cutoff_goes_and_what_still_holds_stays(pipeline):
    # The second quarter's data were known in February 2025.
    before = query("SELECT * FROM audit.batch")
    day = _day("2030-02-01", "2025-02-01")
    removed = upkeep.retain(day)
    assert removed
    assert _keep("known_at < TIMESTAMP '2025-02-01'", "raw_survey.response") == 0
    assert _keep("known_at < TIMESTAMP '2025-02-01'", "quarantine.rejected_row") == 0
    assert _keep("known_at < TIMESTAMP '2025-02-01'", "matching.proposal") == 0
    assert _keep("known_at < TIMESTAMP '2025-02-01'", "matching.approved_pair") == 0
    assert _keep("1 = 1", "marts.mart_panel") == 0
    # Units have not changed since the first quarter: that extract is old, yet it is what holds.
    assert _keep("1 = 1", "raw_hris.organisation") > 0
    assert _keep("known_at >= TIMESTAMP '2025-02-01'", "raw_hris.employee") > 0
    assert not list((settings().work / "review").glob("*.xlsx"))
    assert query("SELECT * FROM audit.batch").equals(before)
    _assert_books_balance()
    assert upkeep.retain(day) == {}
    # Old files that are still in the inbox are known, and stay out.
    pipeline.ingest(FIRST, advance=False)
    assert _keep("known_at < TIMESTAMP '2025-02-01'", "raw_survey.response") == 0


def test_nothing_goes_before_its_time(pipeline):
    rows = query("SELECT * FROM raw_survey.answer")
    assert upkeep.retain(_day("2025-03-01", "2020-03-01")) == {}
    assert query("SELECT * FROM raw_survey.answer").equals(rows)
    assert list((settings().work / "review").glob("*.xlsx"))


def test_the_vault_forgets_by_age(pipeline):
    n = len(vault().roster())
    assert vault().retain(Period(2024, 4).start)["person"] <= n
    removed = vault().retain(Period(2099, 1).start)
    assert removed["person"] > 0
    assert len(vault().roster()) == 0
    assert vault().unseal("hris", "employee", purpose="test", actor="test").empty


def _assert_books_balance() -> None:
    """Loaded by the books = rows that are there + rows that went, for every batch."""
    books = query("SELECT source, dataset, batch_id, n_loaded, n_quarantined FROM audit.batch")
    for row in books.itertuples():
        for table, n in ((f"raw_{row.source}.{row.dataset}", row.n_loaded),
                         ("quarantine.rejected_row", row.n_quarantined)):  # fmt: skip
            there = query(f"SELECT count(*) AS n FROM {table} WHERE batch_id = ?", (row.batch_id,))["n"].iloc[0]
            went = query("SELECT coalesce(sum(n_rows), 0) AS n FROM audit.removal "
                         "WHERE table_name = ? AND batch_id = ?", (table, row.batch_id))["n"].iloc[0]  # fmt: skip
            assert int(there) + int(went) == n
