"""Failures: which are tried again, and that no message holds a value that a database or dbt quoted."""

from __future__ import annotations

import logging
import os
import re

import pytest
from airflow.sdk.exceptions import AirflowFailException

from dags.steps.context import TransientError, is_transient, permanent_failures, settings
from dags.steps.telling import told_by_dbt, told_without_nodes
from programme.warehouse import Warehouse, WarehouseError

CANARY = 'Kajsa O\'Kanarie "K"'
SECRETS = ("Kajsa", "Kanarie", "198001")
TABLE = "CREATE TABLE person (number bigint PRIMARY KEY, name text NOT NULL, size integer CHECK (size < 100000))"
BOTH = "INSERT INTO person VALUES (19800112345, 'Kajsa O''Kanarie', 1), (19800112345, 'Kajsa', 2)"


def _failure(work) -> BaseException:
    with pytest.raises((AirflowFailException, TransientError)) as caught, permanent_failures():
        work()
    return caught.value


@pytest.mark.parametrize(
    ("sql", "parameters", "kind"),
    [
        ("SELECT CAST(? AS integer)", (CANARY,), "SQLSTATE 22P02|ConversionException"),
        ("SELECT CAST(? AS date)", (CANARY,), "SQLSTATE 22007|ConversionException"),
        ("SELECT CAST(CAST(? AS bigint) AS integer)", (19800112345,), "SQLSTATE 22003|ConversionException"),
        (BOTH, (), "SQLSTATE 23505.*table person.*constraint|ConstraintException"),
        ("INSERT INTO person VALUES (19800112345, 'Kajsa', 198001)", (), "SQLSTATE 23514|ConstraintException"),
        ("INSERT INTO person VALUES (19800112345, NULL, 1)", (), "SQLSTATE 23502.*column name|NOT NULL constraint"),
        ("SELECT 'Kajsa' FROM nowhere WHERE x = ?", (CANARY,), "nowhere"),
    ],
)
def test_what_a_database_quotes_is_never_told(database, sql, parameters, kind):
    with Warehouse(database) as warehouse:
        warehouse.execute(TABLE)

        def work() -> None:
            try:
                warehouse.execute(sql, parameters)
            except Exception as error:
                raise RuntimeError(f"a library that repeats: {error}") from error

        for what in (work, lambda: warehouse.execute(sql, parameters)):
            error = _failure(what)
            assert not [secret for secret in SECRETS if secret in str(error)]
            assert re.search(kind, str(error)), str(error)
            assert error.__cause__ is None and error.__suppress_context__


def test_a_log_of_the_failure_holds_no_value(tmp_path, caplog):
    with Warehouse(f"duckdb:///{(tmp_path / 'w.duckdb').as_posix().lstrip('/')}") as warehouse:
        try:
            with permanent_failures():
                warehouse.query("SELECT CAST(? AS integer)", (CANARY,))
        except AirflowFailException:
            logging.getLogger("test").exception("task failed")
    assert "ConversionException" in caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Database Error in model stg_hris__employee (models/staging/stg_hris__employee.sql)\n"
            "  Conversion Error: Could not convert string 'Kajsa O'Kanarie\n  Svensson' to INT32\n\n"
            "  LINE 3: 'Kajsa'\n  compiled code at target/run/x.sql",
            "Database Error in model stg_hris__employee (models/staging/stg_hris__employee.sql): "
            "Conversion Error: Could not convert string '…'",
        ),
        ('Database Error\n  invalid input syntax for type integer: "Kajsa"\n  DETAIL: Kanarie', None),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
        ("Type INT64 with value 198001123 is out of range", "Type INT64 with value … is out of range"),
    ],
)
def test_dbt_is_quoted_without_values(message, told):
    got = told_by_dbt(message)
    assert not [secret for secret in SECRETS if secret in got]
    assert told is None or got == told


def test_dbt_failing_before_any_node_is_told_by_its_first_error():
    output = (
        "12:00:00  Encountered an error:\nCompilation Error\n  Model 'model.adept.x' (x.sql) depends on 'y'\nKajsa\n"
    )
    assert told_without_nodes(output) == "Compilation Error: Model model.adept.x (x.sql) depends on '…'"
    assert told_without_nodes("Kajsa") == "dbt printed no error"


def test_only_what_can_heal_is_tried_again(postgres):
    with pytest.raises(AirflowFailException, match="cannot connect"), permanent_failures():
        Warehouse(postgres.replace("adept:", "adept:hush")).__enter__()
    with pytest.raises(AirflowFailException, match="expected duckdb or postgresql"), permanent_failures():
        Warehouse("mysql://u:p@h/d")
    with pytest.raises(WarehouseError), permanent_failures():
        Warehouse("postgresql://adept:hush@127.0.0.1:1/x").__enter__()
    import psycopg2

    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect(postgres.replace("adept:", "adept:hush"))
    assert not is_transient(caught.value)
    with Warehouse(postgres) as victim, Warehouse(postgres) as other:
        pid = victim.scalar("SELECT pg_backend_pid()")
        with pytest.raises(TransientError), permanent_failures():
            other.execute("SELECT pg_terminate_backend(?)", (pid,))
            victim.query("SELECT 1")


def test_nothing_is_reported_to_any_maker(monkeypatch):
    for name in ("GX_ANALYTICS_ENABLED", "RUNTIME__DLTHUB_TELEMETRY", "DO_NOT_TRACK"):
        monkeypatch.setenv(name, "?")
    with pytest.raises(Exception, match="ADEPT_WAREHOUSE"):
        monkeypatch.delenv("ADEPT_WAREHOUSE", raising=False)
        settings()
    assert (os.environ["GX_ANALYTICS_ENABLED"], os.environ["RUNTIME__DLTHUB_TELEMETRY"]) == ("false", "false")
    assert os.environ["DO_NOT_TRACK"] == "1"
