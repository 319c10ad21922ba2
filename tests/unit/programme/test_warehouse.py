"""The warehouse: what goes in comes out, the same on DuckDB and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme.warehouse import ColumnError, Warehouse, WarehouseError

TABLE = """CREATE TABLE sample (
    id bigint, small integer, share double precision, amount numeric(6,2), note text, born date,
    seen timestamp, is_active boolean
)"""
EVERYTHING = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def warehouse(database):
    with Warehouse(database) as opened:
        opened.execute(TABLE)
        yield opened


def _stored(warehouse, column):
    return warehouse.query(f"SELECT {column} FROM sample ORDER BY id")[column].tolist()


def test_missing_stays_apart_from_empty_and_zero(warehouse):
    frame = pd.DataFrame({
        "id": [1, 2, 3],
        "small": [0, None, 7],
        "share": [0.0, np.nan, 0.1],
        "amount": [0.5, None, 2.125],
        "note": ["", None, 'a;"b"\t\\N\nö'],
        "born": [dt.date(1970, 1, 1), None, dt.date(2026, 9, 30)],
        "seen": [pd.Timestamp("2026-10-20T06:00:00.123456Z"), pd.NaT, pd.Timestamp("1999-12-31T23:59:59Z")],
        "is_active": [False, None, True],
    })  # fmt: skip
    assert warehouse.insert("sample", frame) == 3
    assert _stored(warehouse, "note") == ["", None, 'a;"b"\t\\N\nö']
    assert _stored(warehouse, "born") == [dt.date(1970, 1, 1), None, dt.date(2026, 9, 30)]
    assert _stored(warehouse, "is_active") == [False, None, True]
    back = warehouse.query("SELECT * FROM sample ORDER BY id")
    assert back["id"].dtype == "int64"
    assert [None if pd.isna(v) else v for v in back["small"]] == [0.0, None, 7.0]
    assert [None if pd.isna(v) else v for v in back["share"]] == [0.0, None, 0.1]
    assert [None if pd.isna(v) else v for v in back["amount"]] == [0.5, None, 2.13]
    assert back["seen"].dtype == "datetime64[us]"
    assert back["seen"][0] == pd.Timestamp("2026-10-20T06:00:00.123456")
    assert pd.isna(back["seen"][1])
    assert warehouse.scalar("SELECT count(*) FROM sample WHERE share IS NULL AND note IS NULL AND born IS NULL") == 1


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("small", pd.Series([1.0, np.nan]), [1, None]),
        ("small", pd.Series([1, None], dtype="Int64"), [1, None]),
        ("small", pd.Series(["12", None], dtype=object), [12, None]),
        ("small", pd.Series([None, None], dtype=object), [None, None]),
        ("share", pd.Series([1, 2]), [1.0, 2.0]),
        ("share", pd.Series(pd.array(pa.array([0.5, float("nan")]), dtype="double[pyarrow]")), [0.5, None]),
        ("note", pd.Series([2024.0, np.nan]), ["2024", None]),
        ("note", pd.Series(["a", None], dtype="str"), ["a", None]),
        ("note", pd.Series([2024, 2025]), ["2024", "2025"]),
        ("note", pd.Series([1, "b"], dtype=object), ["1", "b"]),
        ("note", pd.Series(["x", None], dtype="category"), ["x", None]),
        ("born", pd.Series(["2026-09-30", None], dtype=object), [dt.date(2026, 9, 30), None]),
        ("born", pd.Series(pd.to_datetime(["2026-09-30", None])), [dt.date(2026, 9, 30), None]),
        ("seen", pd.Series(["2026-10-20T06:00:00Z", None], dtype=object), [pd.Timestamp("2026-10-20T06:00:00"), None]),
        ("is_active", pd.Series([True, pd.NA], dtype="boolean"), [True, None]),
        ("is_active", pd.Series([np.True_, None], dtype=object), [True, None]),
    ],
)
def test_each_spelling_of_a_value_is_stored_alike(warehouse, column, values, expected):
    warehouse.insert("sample", pd.DataFrame({"id": [1, 2], column: values}))
    assert [None if pd.isna(v) else v for v in _stored(warehouse, column)] == expected
    n_missing = warehouse.scalar(f"SELECT count(*) FROM sample WHERE {column} IS NULL")
    assert n_missing == sum(value is None for value in expected)


@pytest.mark.parametrize(
    ("column", "values"),
    [("small", [1.5, 2.0]), ("small", ["Anna", "Bo"]), ("born", ["30/9", None]), ("is_active", ["kanske", None])],
)
def test_a_value_that_does_not_fit_is_refused_without_being_quoted(warehouse, column, values):
    with pytest.raises(ColumnError, match=rf"sample\.{column}") as caught:
        warehouse.insert("sample", pd.DataFrame({"id": [1, 2], column: values}))
    assert not any(str(v) in str(caught.value) for v in values if isinstance(v, str))
    assert warehouse.scalar("SELECT count(*) FROM sample") == 0


def test_an_unknown_or_doubled_column_is_named(warehouse):
    with pytest.raises(ColumnError, match="sample has no column colour"):
        warehouse.insert("sample", pd.DataFrame({"id": [1], "colour": ["red"]}))
    with pytest.raises(ColumnError, match="twice"):
        warehouse.insert("sample", pd.DataFrame([[1, 2]], columns=["id", "id"]))


@EVERYTHING
@given(
    texts=st.lists(
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=20
    ),
    numbers=st.lists(st.none() | st.floats(allow_nan=False, width=64), min_size=20, max_size=20),
)
def test_any_text_and_number_comes_back(warehouse, texts, numbers):
    warehouse.execute("DELETE FROM sample")
    n = len(texts)
    frame = pd.DataFrame({"id": range(n), "note": pd.Series(texts, dtype=object), "share": numbers[:n]})
    warehouse.insert("sample", frame)
    assert _stored(warehouse, "note") == texts
    assert [None if pd.isna(v) else v for v in _stored(warehouse, "share")] == numbers[:n]


def test_results_have_the_same_types_on_both_engines(warehouse):
    warehouse.insert("sample", pd.DataFrame({"id": [1, 2], "small": [3, 4], "share": [0.5, None]}))
    got = warehouse.query(
        "SELECT sum(id) AS total, avg(small) AS mean, count(*) AS n, max(note) AS note, max(amount) AS amount, "
        "CAST(sum(small) AS numeric(8,2)) AS money FROM sample"
    )
    assert {name: str(kind) for name, kind in got.dtypes.items()} == {
        "total": "int64", "mean": "float64", "n": "int64", "note": "object", "amount": "float64", "money": "float64",
    }  # fmt: skip
    assert got["note"].tolist() == [None]
    empty = warehouse.query("SELECT id, share, note, born, seen, is_active FROM sample WHERE id > 9")
    assert [str(kind) for kind in empty.dtypes] == ["int64", "float64", "object", "object", "datetime64[us]", "bool"]


def test_parameters_are_values_and_quoted_question_marks_text(warehouse):
    moment = dt.datetime(2026, 10, 20, 8, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    warehouse.execute("INSERT INTO sample (id, note, seen) VALUES (?, ?, ?)", (np.int64(1), "100 % ?", moment))
    found = warehouse.query("SELECT note, seen FROM sample WHERE note LIKE '%?' AND id = ? AND seen <= ?", (1, moment))
    assert found["note"].tolist() == ["100 % ?"]
    assert found["seen"][0] == pd.Timestamp("2026-10-20T06:00:00")
    assert warehouse.scalar("SELECT note FROM sample WHERE share IS NULL AND ? = 1", (1.0,)) == "100 % ?"
    assert warehouse.scalar("SELECT share FROM sample") is None
    assert warehouse.scalar("SELECT note FROM sample WHERE id = 7") is None


def test_a_transaction_is_all_or_nothing(warehouse):
    one = pd.DataFrame({"id": [1]})
    with pytest.raises(KeyboardInterrupt), warehouse.transaction():
        warehouse.insert("sample", one)
        raise KeyboardInterrupt
    assert warehouse.scalar("SELECT count(*) FROM sample") == 0
    with pytest.raises(ColumnError), warehouse.transaction():
        warehouse.insert("sample", one)
        warehouse.insert("sample", pd.DataFrame({"small": ["x"]}))
    with pytest.raises(Exception, match="nowhere"), warehouse.transaction():
        warehouse.insert("sample", one)
        warehouse.execute("SELECT * FROM nowhere")
    assert warehouse.scalar("SELECT count(*) FROM sample") == 0
    with warehouse.transaction():
        warehouse.insert("sample", one)
    assert warehouse.scalar("SELECT count(*) FROM sample") == 1


def test_transactions_do_not_nest(warehouse):
    with pytest.raises(RuntimeError, match="within a transaction"), warehouse.transaction(), warehouse.transaction():
        pass
    with warehouse.transaction():
        warehouse.insert("sample", pd.DataFrame({"id": [1]}))
    assert warehouse.scalar("SELECT count(*) FROM sample") == 1


def test_schemas_and_tables_are_found(database):
    with Warehouse(database) as warehouse:
        warehouse.create_schemas()
        warehouse.create_schemas()
        warehouse.execute("CREATE TABLE audit.batch (id bigint)")
        warehouse.execute("CREATE VIEW published.batch AS SELECT id FROM audit.batch")
        assert warehouse.has_table("audit", "batch")
        assert warehouse.has_table("published", "batch")
        assert not warehouse.has_table("audit", "other")


def test_reading_only_cannot_write(tmp_path):
    url = f"duckdb:///{tmp_path}/w.duckdb"
    with Warehouse(url) as warehouse:
        warehouse.execute(TABLE)
    with Warehouse(url, read_only=True) as warehouse, pytest.raises(Exception, match="read-only"):
        warehouse.execute("DELETE FROM sample")


def _hold(path, seconds, ready):
    import duckdb

    connection = duckdb.connect(path)
    ready.set()
    time.sleep(seconds)
    connection.close()


def test_a_locked_file_is_waited_for(tmp_path, monkeypatch):
    path = str(tmp_path / "w.duckdb")
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(path, 4.0, ready))
    holder.start()
    try:
        assert ready.wait(30)
        monkeypatch.setattr("programme.warehouse._LOCK_WAIT_SECONDS", 0.2)
        with pytest.raises(WarehouseError, match="lock") as caught, Warehouse(f"duckdb:///{path}"):
            pass
        assert caught.value.is_transient
        monkeypatch.setattr("programme.warehouse._LOCK_WAIT_SECONDS", 30.0)
        with Warehouse(f"duckdb:///{path}") as warehouse:
            assert warehouse.scalar("SELECT 1") == 1
    finally:
        holder.join()


def test_errors_and_reprs_hide_the_password(postgres):
    wrong = postgres.replace("adept:", "adept:hush")
    with pytest.raises(WarehouseError) as caught, Warehouse(wrong):
        pass
    assert "hush" not in str(caught.value)
    assert not caught.value.is_transient
    assert "hush" not in repr(Warehouse(wrong))
    with pytest.raises(WarehouseError) as caught, Warehouse("postgresql://adept:hush%zz@127.0.0.1:1/x"):
        pass
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_addresses_of_other_databases_are_refused():
    with pytest.raises(WarehouseError, match="expected duckdb or postgresql") as caught:
        Warehouse("mysql://u:p@h/d")
    assert not caught.value.is_transient
    with pytest.raises(WarehouseError, match="not a valid DuckDB") as caught, Warehouse(f"duckdb:///{__file__}"):
        pass
    assert not caught.value.is_transient


def test_a_server_that_is_not_there_may_come_back():
    with pytest.raises(WarehouseError) as caught, Warehouse("postgresql://adept:hush@127.0.0.1:1/x"):
        pass
    assert caught.value.is_transient and "hush" not in str(caught.value)
