"""One small interface over the two warehouses: DuckDB (embedded) and PostgreSQL (production)."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

SCHEMAS = ("quarantine", "staging", "intermediate", "marts", "matching", "evaluation", "published", "audit")
_LOCK_WAIT_SECONDS = 120.0


class WarehouseError(RuntimeError):
    """The database cannot be reached or used; the message says which one, without its password."""


class Warehouse:
    """A connection to one database, used as a context manager.

    SQL uses `?` for parameters on both engines. Identifiers are lower case and never come from input.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("duckdb", "postgresql"):
            raise WarehouseError(f"database address starts with {parts.scheme!r}: expected duckdb or postgresql")
        self.url = url
        self.dialect = parts.scheme
        self.read_only = read_only
        self._connection: Any = None
        self._in_transaction = False

    @property
    def path(self) -> Path:
        """The file of a DuckDB database."""
        return Path(unquote(urlsplit(self.url).path))

    @property
    def place(self) -> str:
        """The database's address without credentials, for messages."""
        parts = urlsplit(self.url)
        return str(self.path) if self.dialect == "duckdb" else f"{parts.hostname}:{parts.port}{parts.path}"

    def __enter__(self) -> Warehouse:
        self._connection = self._connect_duckdb() if self.dialect == "duckdb" else self._connect_postgres()
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()
        self._connection = None

    def _connect_duckdb(self) -> Any:
        import duckdb

        if not self.read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        # DuckDB lets one process write; another task's short write is waited for, a stuck one is named.
        deadline = time.monotonic() + _LOCK_WAIT_SECONDS
        while True:
            try:
                connection = duckdb.connect(str(self.path), read_only=self.read_only)
                break
            except duckdb.IOException as error:
                if "lock" not in str(error).lower() or time.monotonic() > deadline:
                    raise WarehouseError(f"cannot open {self.place}: {str(error).splitlines()[0]}") from error
                time.sleep(0.1)
        connection.execute("SET TimeZone = 'UTC'")
        return connection

    def _connect_postgres(self) -> Any:
        import psycopg2

        try:
            connection = psycopg2.connect(self.url, options="-c TimeZone=UTC")
        except psycopg2.OperationalError as error:
            raise WarehouseError(f"cannot connect to {self.place}: {str(error).splitlines()[0]}") from None
        connection.autocommit = True
        return connection

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement without result."""
        if self.dialect == "duckdb":
            self._connection.execute(sql, list(parameters))
            return
        with self._connection.cursor() as cursor:
            cursor.execute(_to_pyformat(sql, parameters), tuple(parameters) or None)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Run one query; decimals come as float, dates as datetime.date, missing text as None."""
        if self.dialect == "duckdb":
            cursor = self._connection.execute(sql, list(parameters))
            rows, names = cursor.fetchall(), [d[0] for d in cursor.description]
        else:
            with self._connection.cursor() as cursor:
                cursor.execute(_to_pyformat(sql, parameters), tuple(parameters) or None)
                rows, names = cursor.fetchall(), [d[0] for d in cursor.description]
        return _frame(rows, names)

    def scalar(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        frame = self.query(sql, parameters)
        return None if frame.empty else frame.iat[0, 0]

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commits at the end, rolls back on any exception."""
        self.execute("BEGIN")
        self._in_transaction = True
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        else:
            self.execute("COMMIT")
        finally:
            self._in_transaction = False

    def create_schemas(self, names: Sequence[str] = SCHEMAS) -> None:
        """Create schemas that are missing."""
        for name in names:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")

    def has_table(self, schema: str, table: str) -> bool:
        """Whether a table or view of that name exists."""
        sql = "SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?"
        return bool(self.scalar(sql, (schema, table)))

    def insert(self, table: str, frame: pd.DataFrame) -> int:
        """Append a frame to an existing table, matching columns by name; returns the number of rows."""
        if frame.empty:
            return 0
        columns = ", ".join(frame.columns)
        if self.dialect == "duckdb":
            self._connection.register("_incoming", frame)
            self._connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM _incoming")
            self._connection.unregister("_incoming")
            return len(frame)
        # Every text is quoted, so that an empty text stays apart from a missing one.
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False, header=False, na_rep="", quoting=2, date_format="%Y-%m-%d %H:%M:%S")
        buffer.seek(0)
        with self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NULL ({columns}))", buffer)
        return len(frame)


def _to_pyformat(sql: str, parameters: Sequence[Any]) -> str:
    return sql.replace("%", "%%").replace("?", "%s") if parameters else sql


def _frame(rows: list[tuple], names: list[str]) -> pd.DataFrame:
    from decimal import Decimal

    frame = pd.DataFrame(rows, columns=names)
    for name in names:
        column = frame[name]
        if column.dtype == object and any(isinstance(value, Decimal) for value in column.head(1000)):
            frame[name] = column.astype(float)
    return frame
