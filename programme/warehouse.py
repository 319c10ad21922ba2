"""One small interface over the two warehouses: DuckDB (embedded) and PostgreSQL (production)."""

from __future__ import annotations

import contextlib
import io
import re
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd
import pyarrow as pa

from programme import columns
from programme.columns import ColumnError

__all__ = ["SCHEMAS", "ColumnError", "Warehouse", "WarehouseError", "is_broken"]

SCHEMAS = ("quarantine", "staging", "intermediate", "marts", "matching", "evaluation", "published", "audit")
_LOCK_WAIT_SECONDS = 120.0
_PLACEHOLDER = re.compile(r"'(?:[^']|'')*'|\?|%")


# What libpq and the server say where another try may find the server there; a refused password is none of these.
_BROKEN = re.compile(
    r"connection refused|connection reset|closed the connection|timed? ?out|timeout|temporary failure in name|"
    r"network is unreachable|no route to host|starting up|shutting down|in recovery|not yet accepting|"
    r"too many (clients|connections)|connection slots",
    re.IGNORECASE,
)


class WarehouseError(RuntimeError):
    """The database cannot be reached or used; the message says which one, without its password.

    `is_transient`: another try may succeed without anybody changing anything (a lock, a refused connection).
    """

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        self.is_transient = is_transient
        super().__init__(message)


def is_broken(error: BaseException) -> bool:
    """Whether an error of PostgreSQL's driver tells of a server out of reach, a lost connection or a lost race."""
    if not any((c.__module__, c.__name__) == ("psycopg2", "OperationalError") for c in type(error).__mro__):
        return False
    # Classes of SQLSTATE: connection, rollback, resources, lock not available, operator's intervention.
    state = getattr(error, "pgcode", None)
    return state[:2] in {"08", "40", "53", "55", "57"} if state else bool(_BROKEN.search(str(error)))


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

    def __repr__(self) -> str:
        """Without credentials, since reprs end in logs."""
        return f"Warehouse({self.place!r})"

    def __enter__(self) -> Warehouse:
        self._connection = self._connect_duckdb() if self.dialect == "duckdb" else self._connect_postgres()
        return self

    def __exit__(self, *exc: object) -> None:
        connection, self._connection = self._connection, None
        self._in_transaction = False
        connection.close()

    def _connect_duckdb(self) -> Any:
        import duckdb

        # The copy is wanted: a result must outlive the statement that made it.
        warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)
        if not self.read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        # DuckDB lets one process write; another task's short write is waited for, a stuck one is named.
        deadline = time.monotonic() + _LOCK_WAIT_SECONDS
        while True:
            try:
                connection = duckdb.connect(str(self.path), read_only=self.read_only)
                break
            except duckdb.Error as error:
                is_locked = isinstance(error, duckdb.IOException) and "set lock" in str(error).lower()
                if not is_locked or time.monotonic() > deadline:
                    message = f"cannot open {self.place}: {str(error).splitlines()[0]}"
                    raise WarehouseError(message, is_transient=is_locked) from error
                time.sleep(0.1)
        connection.execute("SET TimeZone = 'UTC'")
        return connection

    def _connect_postgres(self) -> Any:
        import psycopg2

        try:
            connection = psycopg2.connect(self.url, options="-c TimeZone=UTC")
        except psycopg2.OperationalError as error:
            message = f"cannot connect to {self.place}: {str(error).splitlines()[0]}"
            raise WarehouseError(message, is_transient=is_broken(error)) from None
        except psycopg2.Error:
            # libpq quotes the part it cannot read, which may be the password.
            raise WarehouseError(
                f"cannot read the address of {self.place}; expected postgresql://user:password@host:port/database, "
                "special characters percent-encoded"
            ) from None
        connection.autocommit = True
        return connection

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement without result."""
        if self.dialect == "duckdb":
            self._connection.execute(sql, [columns.plain(p) for p in parameters])
            return
        with self._connection.cursor() as cursor:
            self._run(cursor, sql, parameters)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Run one query; decimals come as float, dates as datetime.date, missing text as None (see columns)."""
        if self.dialect == "duckdb":
            reader = self._connection.execute(sql, [columns.plain(p) for p in parameters]).to_arrow_reader()
            return columns.from_arrow(pa.Table.from_batches(reader, reader.schema))
        with self._connection.cursor() as cursor:
            self._run(cursor, sql, parameters)
            rows, head = cursor.fetchall(), cursor.description
        return columns.from_rows(rows, [d.name for d in head], [columns.postgres_type(d.type_code) for d in head])

    def scalar(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        frame = self.query(sql, parameters)
        return None if frame.empty else columns.plain(frame.iat[0, 0])

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commits at the end, rolls back on any exception. Transactions do not nest."""
        if self._in_transaction:
            raise RuntimeError("a transaction within a transaction: its work would not be all or nothing")
        self.execute("BEGIN")
        self._in_transaction = True
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A connection that broke has rolled back already; its first error is the one to tell.
            with contextlib.suppress(Exception):
                self.execute("ROLLBACK")
            raise
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
        """Append a frame to an existing table, matching columns by name; returns the number of rows.

        NaN, NaT, NA and None are stored as NULL, an empty text as an empty text. ColumnError names a column that the
        table lacks, or whose values do not fit it.
        """
        if frame.empty:
            return 0
        known = self._column_types(table)
        unknown = [str(name) for name in frame.columns if name not in known]
        if unknown:
            raise ColumnError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(known)}")
        if not frame.columns.is_unique:
            raise ColumnError(f"{table}: the frame holds a column twice")
        incoming = columns.to_arrow(frame, [known[name] for name in frame.columns], table)
        names = ", ".join(frame.columns)
        if self.dialect == "duckdb":
            self._connection.register("_incoming", incoming)
            try:
                self._connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM _incoming")
            finally:
                self._connection.unregister("_incoming")
            return len(frame)
        with self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(columns.copy_text(incoming)))
        return len(frame)

    def rewrite(self, tables: Sequence[str] = ()) -> None:
        """Write the database's files anew: after a DELETE both engines' files still hold the bytes.

        On PostgreSQL `tables` are rewritten (all user tables if none are named); on DuckDB the whole file, views
        included, is replaced: what this connection writes afterwards would be lost, so let it be its last statement.
        """
        if self.dialect == "postgresql":
            self.execute(f"VACUUM (FULL) {', '.join(tables)}")
            return
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.unlink(missing_ok=True)
        name = self.scalar("SELECT current_database()")
        quoted = str(fresh).replace("'", "''")
        self.execute("CHECKPOINT")
        self.execute(f"ATTACH '{quoted}' AS fresh")
        self.execute(f'COPY FROM DATABASE "{name}" TO fresh')
        self.execute("DETACH fresh")
        # Put in place while the old file is still locked, so that nobody writes in between.
        fresh.chmod(self.path.stat().st_mode & 0o777)
        fresh.replace(self.path)

    def _column_types(self, table: str) -> dict[str, pa.DataType]:
        sql = f"SELECT * FROM {table} LIMIT 0"
        if self.dialect == "duckdb":
            schema = self._connection.execute(sql).to_arrow_reader().schema
            return dict(zip(schema.names, schema.types, strict=True))
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return {d.name: columns.postgres_type(d.type_code) for d in cursor.description}

    def _run(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        if parameters:
            cursor.execute(_to_pyformat(sql), tuple(columns.plain(p) for p in parameters))
        else:
            cursor.execute(sql)


def _to_pyformat(sql: str) -> str:
    """`?` becomes `%s`, except within quoted text; every other `%` is doubled."""
    swap = {"?": "%s", "%": "%%"}
    return _PLACEHOLDER.sub(lambda m: swap.get(m[0]) or m[0].replace("%", "%%"), sql)
