"""Loading: once, whole, in order, whatever happens in between; on both warehouses."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import socket
from types import SimpleNamespace

import pandas as pd
import pytest

import sources
from expectations.reading import finish
from programme.warehouse import Warehouse
from sources import dlt_pipeline, loading
from sources.contracts import DATASETS, dataset
from sources.extraction import no_rejects
from sources.summary import reconcile, reconcile_warehouse
from tests.unit.sources.conftest import HRIS, KNOWN_AT, PERIOD, PROGRAMME, csv_text, good_rows, write_drop


def passed(extract, bad_lines=()):
    """A gate that lets everything pass but the given lines: what loading needs, without Great Expectations."""
    frame = extract.frame[~extract.frame["line"].isin(bad_lines)].reset_index(drop=True)
    accepted = pd.DataFrame({c.name: finish(frame[c.name], c) for c in extract.dataset.loaded_columns})
    accepted["line"] = frame["line"]
    bad = extract.frame[extract.frame["line"].isin(bad_lines)]
    rejected = pd.DataFrame(
        {"line": bad["line"], "file": bad["file"], "rule": "unknown_code", "reason": "sex: expected one of Kvinna, Man"}
    )
    rejected = pd.concat([extract.rejected, rejected], ignore_index=True) if len(rejected) else extract.rejected
    return SimpleNamespace(
        extract=extract, accepted=accepted, rejected=rejected, n_repeats=0, n_received=extract.n_received
    )


@pytest.fixture
def gated(inbox, vault):
    found = sources.extract(HRIS, PERIOD, inbox, vault) + sources.extract(PROGRAMME, PERIOD, inbox, vault)
    return [passed(e, (3,) if e.dataset.name == "employee" else ()) for e in found]


def _snapshot(warehouse):
    """Every raw row, batch and rejected row, without dlt's own tables."""
    found = {}
    for item in DATASETS:
        frame = warehouse.query(f"SELECT * FROM {item.table}")
        found[item.table] = sorted(map(repr, frame[[f.name for f in loading.raw_schema(item)]].values.tolist()))
    for table in ("audit.batch", "quarantine.rejected_row"):
        found[table] = sorted(map(repr, warehouse.query(f"SELECT * FROM {table}").values.tolist()))
    return found


def test_every_dataset_has_its_table_and_the_books_balance(database, vault, gated):
    with Warehouse(database) as warehouse:
        audit = sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
        books = reconcile_warehouse(warehouse)
        for item in DATASETS:
            columns = warehouse.query(f"SELECT * FROM {item.table}").columns
            assert list(columns) == [*(c.name for c in item.loaded_columns), "batch_id", "known_at", "delivery", "line"]
        row = warehouse.query("SELECT * FROM raw_hris.employment WHERE line = 2").iloc[0]
        types = warehouse.query(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'raw_hris' "
            "AND table_name IN ('employee', 'employment')"
        )
        rejected = warehouse.query("SELECT * FROM quarantine.rejected_row")
    assert len(audit) == len(books) == 15 and books["n_loaded"].sum() == 44 and books["n_quarantined"].sum() == 1
    assert (row["full_time_equivalent"], row["level"], row["effective_date"]) == (0.8, 4, dt.date(2015, 3, 1))
    assert row["known_at"] == pd.Timestamp("2026-11-20 06:00") and row["delivery"] == "full"
    kinds = dict(zip(types["column_name"], types["data_type"].str.lower(), strict=True))
    assert kinds["full_time_equivalent"] in ("double", "double precision") and kinds["birth_year"] == "bigint"
    assert kinds["known_at"] in ("timestamp", "timestamp without time zone") and kinds["hire_date"] == "date"
    assert rejected[["dataset", "line", "rule"]].values.tolist() == [["employee", 3, "unknown_code"]]
    sealed = vault.unseal("hris", "employee", purpose="test", actor="test")
    assert list(sealed["line"]) == [3] and "Malmö" in sealed["content"][0]


def test_the_same_again_is_a_no_op_whenever_it_is_known(database, vault, gated):
    with Warehouse(database) as warehouse:
        first = sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
        before = _snapshot(warehouse)
        again = sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
        later = sources.load(gated, PERIOD, KNOWN_AT + dt.timedelta(days=9), warehouse, vault)
        assert _snapshot(warehouse) == before
    assert list(first["batch_id"]) == list(again["batch_id"]) == list(later["batch_id"])


def test_another_content_is_a_new_batch_and_may_go_back(database, inbox, vault):
    item = dataset("hris", "organisation")

    def delivery(n, day):
        write_drop(inbox, item, csv_text(item, good_rows(item, n)))
        found = [passed(e) for e in sources.extract(HRIS, PERIOD, inbox, vault) if e.dataset.name == "organisation"]
        return sources.load(found, PERIOD, KNOWN_AT + dt.timedelta(days=day), warehouse, vault)["batch_id"][0]

    with Warehouse(database) as warehouse:
        one, two, three = delivery(3, 0), delivery(2, 1), delivery(3, 2)
        assert len({one, two, three}) == 3
        assert delivery(3, 3) == three
        assert warehouse.scalar("SELECT count(*) FROM raw_hris.organisation") == 8
        with pytest.raises(sources.LoadError, match="later known_at"):
            delivery(1, 2)
        assert warehouse.scalar("SELECT count(*) FROM raw_hris.organisation") == 8
        reconcile_warehouse(warehouse)


class Killed(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


def _kill_before(step, monkeypatch):
    def die(*args, **kwargs):
        raise Killed

    if step == "after_append":
        real = dlt_pipeline.append

        def append(*args):
            real(*args)
            raise Killed

        monkeypatch.setattr(dlt_pipeline, "append", append)
    elif step == "half_appended":
        real = dlt_pipeline.append

        def half(warehouse, tables, folder):
            real(warehouse, dict(list(tables.items())[:7]), folder)
            raise Killed

        monkeypatch.setattr(dlt_pipeline, "append", half)
    elif step == "books":
        real_insert = Warehouse.insert

        def insert(self, table, frame):
            if table == "audit.batch":
                raise Killed
            return real_insert(self, table, frame)

        monkeypatch.setattr(Warehouse, "insert", insert)
    else:
        monkeypatch.setattr(loading, {"remains": "_remove_remains", "append": "_append", "seal": "_seal"}[step], die)


STEPS = ("remains", "append", "half_appended", "after_append", "seal", "books")


# The steps are the same on both engines; PostgreSQL is killed where its own transactions matter.
@pytest.mark.parametrize(
    ("step", "database"),
    [*((s, "duckdb") for s in STEPS), *((s, "postgresql") for s in ("half_appended", "after_append", "books"))],
    indirect=["database"],
)
def test_a_kill_at_any_step_leaves_nothing_visible_and_a_rerun_nothing_double(
    step, database, vault, gated, tmp_path, monkeypatch
):
    with Warehouse(database) as warehouse:
        with monkeypatch.context() as patch:
            _kill_before(step, patch)
            with pytest.raises(Killed):
                sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault, work=tmp_path / "work")
        assert warehouse.scalar("SELECT count(*) FROM audit.batch") == 0
        assert warehouse.scalar("SELECT count(*) FROM quarantine.rejected_row") == 0
        sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault, work=tmp_path / "work")
        killed = _snapshot(warehouse)
        reconcile_warehouse(warehouse)
        for item in DATASETS:
            assert warehouse.scalar(f"SELECT count(*) FROM {item.table}") in (0, 2, 3)
    assert killed["audit.batch"] and not list((tmp_path / "work").iterdir())
    assert len(vault.unseal("hris", "employee", purpose="test", actor="test")) == 1


def test_no_network_no_person_in_logs_no_file_left(database, vault, gated, tmp_path, monkeypatch, caplog, capfd):
    if database.startswith("duckdb"):

        def refuse(*args, **kwargs):
            raise AssertionError("the network was asked for")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    caplog.set_level(logging.DEBUG)
    with Warehouse(database) as warehouse:
        sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault, work=tmp_path / "work")
    person = gated[0].accepted["person_id"][0]
    captured = capfd.readouterr()
    for text in (caplog.text, captured.out, captured.err):
        assert person not in text and "Kanarie" not in text and "E00001" not in text
    assert not list((tmp_path / "work").iterdir()) and not list(home.iterdir())


def test_a_gate_that_loses_rows_is_found_before_anything_is_loaded(tmp_path, vault, gated):
    gated[0].n_received += 1
    with Warehouse(f"duckdb:///{tmp_path.as_posix().lstrip('/')}/w.duckdb") as warehouse:
        with pytest.raises(sources.LoadError, match=r"hris\.employee, 2026Q3: received 4"):
            sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
        assert not warehouse.has_table("raw_hris", "employee")
    with pytest.raises(sources.LoadError):
        reconcile(
            pd.DataFrame([("hris", "x", "full", "b", None, "h", 3, 1, 1, 0, "2026Q3")], columns=loading.AUDIT_COLUMNS)
        )


def test_both_engines_hold_the_same_rows(tmp_path, vault, gated, postgres_database):
    found = []
    for url in (f"duckdb:///{tmp_path.as_posix().lstrip('/')}/w.duckdb", postgres_database):
        with Warehouse(url) as warehouse:
            sources.load(gated, PERIOD, KNOWN_AT, warehouse, vault)
            found.append(_snapshot(warehouse))
    assert found[0] == found[1]


def test_text_survives_both_engines(database, inbox, vault):
    item = dataset("programme", "mentee_application")
    rows = good_rows(item)
    rows[0]["motivation"] = 'Tabb\t, citat "", snedstreck \\ och \\N; radbrytning\r\n,\u00a0 emoji 👍 och NULL'
    rows[1]["motivation"] = ""
    write_drop(inbox, item, csv_text(item, rows))
    (found,) = [passed(e) for e in sources.extract(PROGRAMME, PERIOD, inbox, vault) if e.dataset.name == item.name]
    with Warehouse(database) as warehouse:
        sources.load([found], PERIOD, KNOWN_AT, warehouse, vault)
        texts = warehouse.query("SELECT line, motivation FROM raw_programme.mentee_application ORDER BY line")[
            "motivation"
        ]
    assert list(texts) == list(found.accepted["motivation"]) and texts[1] is None and "👍" in texts[0]


def test_empty_and_failed_sources_do_not_hold_up_the_others(tmp_path, inbox, vault):
    shutil.rmtree(inbox / "programme")
    with pytest.raises(sources.SourceError, match="missing_folder"):
        sources.extract(PROGRAMME, PERIOD, inbox, vault)
    with Warehouse(f"duckdb:///{tmp_path.as_posix().lstrip('/')}/w.duckdb") as warehouse:
        sources.load(
            [passed(e) for e in sources.extract(HRIS, PERIOD, inbox, vault)], PERIOD, KNOWN_AT, warehouse, vault
        )
        assert warehouse.scalar("SELECT count(*) FROM raw_hris.employee") == 3
        assert warehouse.scalar("SELECT count(*) FROM raw_programme.meeting") == 0
    assert no_rejects().empty
