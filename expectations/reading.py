"""Texts read as dates, numbers and codes: one parse per distinct value, so that 60,000 rows cost no more than 600."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from expectations.rules import reading_of
from sources.contracts import Column
from sources.contracts.codes import YES_NO

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,15})?")
# Payroll systems write "until further notice" as the last day there is.
OPEN_END = dt.date(9999, 12, 31)
# What extraction leaves of a birth date that it could read but not believe; year 0 then fails as impossible.
IMPOSSIBLE = "?impossible_date"
_BOOLEAN = {**{k.lower(): v == "true" for k, v in YES_NO.items()}, "true": True, "false": False}


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, np.datetime64):
        return pd.Timestamp(value).date()
    if not isinstance(value, str) or not value.isascii() or not _DATE.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _integer(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and _INTEGER.fullmatch(value) else None
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 10**18 else None
    if isinstance(value, (float, np.floating)) and float(value).is_integer() and abs(value) < 2**53:
        return int(value)
    return None


def _year(value: Any) -> int | None:
    if value == IMPOSSIBLE:
        return 0
    if isinstance(value, str) and not _YEAR.fullmatch(value):
        day = _date(value)
        return day.year if day else None
    return _integer(value)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value.replace(",", ".")) if value.isascii() and _NUMBER.fullmatch(value) else None
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (int, float, np.integer, np.floating)) and math.isfinite(value):
        return float(value)
    return None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return _BOOLEAN.get(value.lower()) if isinstance(value, str) else None


PARSERS: dict[str, Callable[[Any], Any]] = {
    "date": _date, "year": _year, "integer": _integer, "number": _number, "boolean": _boolean,
}  # fmt: skip


def by_value(series: pd.Series, function: Callable[[Any], Any]) -> np.ndarray:
    """`function` of each filled value as an object array; None where empty."""
    places, values = pd.factorize(series, use_na_sentinel=True)
    found = np.empty(len(values) + 1, dtype=object)  # the last one answers place -1, the empty value
    found[:-1] = [function(value) for value in values]
    return found[places]


def clean(series: pd.Series, column: Column | None = None) -> pd.Series:
    """Texts without surrounding blanks, as object; empty ones None. Typed columns that are to be read stay as they are.

    With `column`, a text or list column holds nothing but texts afterwards, and codes stand for known spellings.
    """
    is_text = column is not None and reading_of(column) is None
    if not (is_text or pd.api.types.is_object_dtype(series.dtype) or pd.api.types.is_string_dtype(series.dtype)):
        return series

    def tidy(value: Any) -> Any:
        if isinstance(value, str) or is_text:
            value = str(value).strip() or None
        return column.codes.get(value, value) if is_text else value

    return pd.Series(by_value(series, tidy), index=series.index, dtype=object)


def read(series: pd.Series, reading: str) -> pd.Series:
    """A column read: date -> datetime64[us], year and integer -> Int64, number -> Float64, boolean -> boolean.

    Empty and unreadable values are both missing in the answer; `reads_as` tells them apart.
    """
    values = by_value(series, PARSERS[reading])
    if reading == "date":
        # numpy's days hold every year from 1 to 9999, which nanoseconds would not.
        days = np.array([np.datetime64("NaT") if v is None else np.datetime64(v) for v in values], "datetime64[us]")
        return pd.Series(days, index=series.index)
    dtype = {"year": "Int64", "integer": "Int64", "number": "Float64", "boolean": "boolean"}[reading]
    return pd.Series(pd.array([pd.NA if v is None else v for v in values], dtype=dtype), index=series.index)


def reads_as(series: pd.Series, reading: str) -> pd.Series:
    """Whether each filled value can be read; empty values say no."""
    answer = by_value(series, lambda v: PARSERS[reading](v) is not None)
    return pd.Series(answer == True, index=series.index)  # noqa: E712


def split(text: Any) -> list[str]:
    """The members of a list written with | between; blanks around them and empty members do not count."""
    return [member for part in str(text).split("|") if (member := part.strip())]


def split_people(text: Any) -> list[str]:
    """The pseudonyms of a list; what extraction could not read as an employee number (`?unreadable`) is left out."""
    return [member for member in split(text) if not member.startswith("?")]


def members_within(series: pd.Series, allowed: frozenset[str]) -> pd.Series:
    """Whether each list holds at least one member, and none that is not allowed."""
    answer = by_value(series, lambda v: bool(members := split(v)) and allowed.issuperset(members))
    return pd.Series(answer == True, index=series.index)  # noqa: E712


def finish(series: pd.Series, column: Column) -> pd.Series:
    """A cleaned column in its final type: tidy lists, read dates and numbers, texts and codes as object."""
    reading = reading_of(column)
    if reading == "date":
        days = read(series, "date")
        return days.mask(days == np.datetime64(OPEN_END, "us")) if not column.required else days
    if reading:
        return read(series, reading)
    if column.type != "codes":
        return series
    parts = split_people if column.role == "person" else split
    values = by_value(series, lambda v: "|".join(dict.fromkeys(parts(v))) or None)
    return pd.Series(values, index=series.index, dtype=object)
