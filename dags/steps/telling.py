"""What may be told of a failure: databases quote values in their messages, and messages end in logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DATABASES = ("psycopg2", "duckdb", "_duckdb", "dlt", "pyarrow", "sqlalchemy", "adbc_driver_manager")
_OWN = ("programme", "sources", "expectations", "matching", "evaluation", "reports", "dags")
_QUOTE = re.compile("[\"'`\u2018\u201c\u201d\u00bb\u00ab]")
_NUMBER = re.compile(r"\d{5,}")
# Errors about names in SQL, which is ours: their quotes hold tables and columns, never a value.
_ABOUT_NAMES = {"42P01", "42703", "3F000", "42P07", "42701"}
_CATALOG = "CatalogException"
_NODE = re.compile(r"'((?:model|source|test|macro|exposure|unit_test|operation)\.[a-z0-9_.]+)'")


def without_values(text: str) -> str:
    """The first line up to its first quotation mark, long numbers left out: what a database quotes may be a person."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    quote = _QUOTE.search(line)
    return _NUMBER.sub("…", f"{line[: quote.start()]}'…'" if quote else line)


def is_of_database(error: BaseException) -> bool:
    """Whether a database or its driver had a part in the error."""
    return any(_package(e) in _DATABASES for e in _chain(error))


def told(error: BaseException) -> str:
    """Class and message of an error; of a database's, class, SQLSTATE, what it names and the message without values."""
    if not is_of_database(error):
        return f"{type(error).__name__}: {error}"
    chain = list(_chain(error))
    parts = [_told(e) for e in chain if _package(e) in _OWN or _package(e) in _DATABASES]
    # Of a long chain the outermost and the innermost say what failed and why.
    return parts[0] if len(parts) == 1 else f"{parts[0]} ({parts[-1]})"


def told_by_dbt(message: str) -> str:
    """dbt's message of a node: which one and why, in two lines, without values."""
    lines = [line for line in message.splitlines() if line.strip()][:2]
    return ": ".join(_keeping_nodes(line) for line in lines)


def told_without_nodes(output: str) -> str:
    """What dbt printed before it came to any node: its first error, without values."""
    lines = output.splitlines()
    at = next((k for k, line in enumerate(lines) if "Error" in line), None)
    return "dbt printed no error" if at is None else told_by_dbt("\n".join(lines[at:]))


def _keeping_nodes(line: str) -> str:
    return without_values(_NODE.sub(r"\1", line))


def _told(error: BaseException) -> str:
    name = type(error).__name__
    if _package(error) in _OWN:
        # Ours quote no values; but what they repeat of a database's message does.
        return f"{name}: {error if getattr(error, 'is_transient', None) is not None else without_values(str(error))}"
    state = getattr(error, "pgcode", None)
    diagnosis = getattr(error, "diag", None)
    names = [
        f"{what} {value}"
        for what in ("schema", "table", "column", "constraint")
        if (value := getattr(diagnosis, f"{what}_name", None))
    ]
    first = next(iter(str(error).splitlines()), "")
    message = first if state in _ABOUT_NAMES or name == _CATALOG else without_values(str(error))
    head = " ".join([name, *([f"SQLSTATE {state}"] if state else []), *([f"({', '.join(names)})"] if names else [])])
    return f"{head}: {message}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    known: set[int] = set()
    while seen is not None and id(seen) not in known:
        known.add(id(seen))
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _package(error: BaseException) -> str:
    return type(error).__module__.split(".", 1)[0]
