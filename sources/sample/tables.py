"""Tables of the simulated world: plain dictionaries of numpy columns, and their spelling in files."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np

from sources.contracts import Dataset

Table = dict[str, np.ndarray]
NAT = np.datetime64("NaT", "D")


def length(table: Table) -> int:
    """Number of rows."""
    return len(next(iter(table.values()))) if table else 0


def append(table: Table, rows: Table) -> Table:
    """Both tables below each other; an empty table takes the shape of the other."""
    if not table:
        return dict(rows)
    if set(table) != set(rows):
        raise ValueError(f"columns differ: {sorted(set(table) ^ set(rows))}")
    return {name: np.concatenate([column, np.asarray(rows[name])]) for name, column in table.items()}


def take(table: Table, which: np.ndarray) -> Table:
    """The rows at these positions or under this mask."""
    return {name: column[which] for name, column in table.items()}


def dates(values: np.ndarray) -> list[str]:
    """ISO dates, NaT as the empty text."""
    return np.where(np.isnat(values), "", np.datetime_as_string(values.astype("datetime64[D]"))).tolist()


def numbers(values: np.ndarray, decimals: int) -> list[str]:
    """Numbers with a decimal comma."""
    return [f"{value:.{decimals}f}".replace(".", ",") for value in np.asarray(values, float).tolist()]


def spelled(values: np.ndarray, codes: dict[str, str]) -> list[str]:
    """Codes in the file's spelling (the contract's mapping, read backwards); the empty text stays."""
    back = {code: spelling for spelling, code in reversed(codes.items())}
    return ["" if value == "" else back[value] for value in np.asarray(values).tolist()]


def yes_no(values: np.ndarray) -> list[str]:
    """Truth values as Ja and Nej."""
    return np.where(np.asarray(values, bool), "Ja", "Nej").tolist()


def days_between(rng_values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Days from `first` to `last` inclusive, picked by uniforms."""
    span = (last - first).astype(int) + 1
    return first + np.floor(rng_values * span).astype("timedelta64[D]")


@dataclass
class FileRows:
    """A file before it is encoded: headings and rows of text, so that dirt can be planted by line."""

    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)
    encoding: str = "utf-8-sig"

    def to_bytes(self) -> bytes:
        """Semicolons, CRLF, quotes where needed."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerow(self.headings)
        writer.writerows(self.rows)
        return buffer.getvalue().encode(self.encoding)


def file_rows(dataset: Dataset, values: dict[str, list[str]], extra: dict[str, list[str]] | None = None) -> FileRows:
    """Lay columns (by contract name) out under the contract's headings; `extra` adds columns beyond the contract."""
    columns = [values[c.name] for c in dataset.columns]
    headings = [c.heading for c in dataset.columns]
    for heading, column in (extra or {}).items():
        headings.append(heading)
        columns.append(column)
    return FileRows(headings, [list(row) for row in zip(*columns, strict=True)], dataset.encoding)
