"""What is demanded of each dataset, as data: the contract's own rules, joined with those of its lane.

A `Check` names one demand on rows; `suites` turns it into a Great Expectations expectation. This module knows neither
pandas nor Great Expectations, so that the list is cheap to read, to test and to print (docs/data_contracts.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sources.contracts import Column, Dataset, codes

# The order decides which rule a row is rejected under when it breaks several: first what is in the row itself, then
# what it says about others, and last what depends on which rows still stand.
RULES = (
    "wrong_number_of_fields", "missing_value", "unreadable_date", "unreadable_number", "unknown_code", "out_of_range",
    "impossible_date", "end_before_start", "self_meeting", "unknown_person", "unknown_unit", "unknown_response",
    "manager_cycle", "superior_cycle", "duplicate_key",
)  # fmt: skip

Kind = Literal["filled", "reads_as", "in_set", "members", "between", "dates_between", "not_before", "unique", "true"]
Reading = Literal["date", "year", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Check:
    """One demand on the rows of a dataset.

    `columns`: what it looks at (`not_before`: end, start; `true`: one derived yes/no column, see relations.py).
    `earliest` is a day, `latest` a number of days after the period's last day. `reason` tells what was expected and
    never holds a value of the row.
    """

    rule: str
    kind: Kind
    columns: tuple[str, ...]
    reason: str
    reading: Reading | None = None
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    earliest: dt.date | None = None
    latest: int | None = None


def reading_of(column: Column) -> Reading | None:
    """How a column's text is read; None for texts and lists."""
    if column.role == "birth_date":
        return "year"
    return column.type if column.type in ("date", "integer", "number", "boolean") else None


def typed(column: str, reading: str) -> str:
    """Name of the read form of a column beside its text, while it is checked."""
    return f"{column} as {reading}"


_READ = {
    "date": ("unreadable_date", "expected a day of the calendar written like 2026-09-30"),
    "year": ("unreadable_date", "expected a year written like 1980"),
    "integer": ("unreadable_number", "expected a whole number"),
    "number": ("unreadable_number", "expected a number, decimals after a comma, such as 0,8"),
    "boolean": ("unknown_code", "expected Ja or Nej"),
}

# Lists that people choose from in their profiles; programme.yaml may replace them (argument `lists` of the gate).
LISTS: dict[str, tuple[str, ...]] = {
    "goals": codes.GOALS,
    "skills_wanted": codes.SKILLS,
    "skills_offered": codes.SKILLS,
    "interests": codes.INTERESTS,
    "languages": codes.LANGUAGES,
}
_UNITS = ("organisation_id", "superior_id")


def known_flag(column: str) -> str:
    """Name of the derived yes/no column that says whether the person, unit or response of `column` is known."""
    return f"{column} is known"


def _number(value: float) -> str:
    return f"{value:g}"


def _of_column(dataset: Dataset, column: Column, lists: dict[str, tuple[str, ...]]) -> list[Check]:
    name, found = column.name, []
    if column.required:
        found.append(Check("missing_value", "filled", (name,), f"{name}: expected a value, found none"))
    reading = reading_of(column)
    if reading:
        rule, expected = _READ[reading]
        found.append(Check(rule, "reads_as", (name,), f"{name}: {expected}", reading=reading))
    elif column.codes:
        # Extraction may have put the code for the spelling already (leave reasons), so both are taken.
        values = tuple(dict.fromkeys([*column.codes, *column.codes.values()]))
        expected = ", ".join(column.codes)
        found.append(Check("unknown_code", "in_set", (name,), f"{name}: expected one of {expected}", values=values))
    elif column.type == "codes" and name in lists:
        expected = ", ".join(lists[name])
        reason = f"{name}: expected a list with | between, of {expected}"
        found.append(Check("unknown_code", "members", (name,), reason, values=tuple(lists[name])))
    if column.low is not None and column.high is not None and reading in ("integer", "number"):
        reason = f"{name}: expected {_number(column.low)} to {_number(column.high)}"
        column_read = (typed(name, reading),)
        found.append(Check("out_of_range", "between", column_read, reason, low=column.low, high=column.high))
    elif column.low is not None and reading in ("integer", "number"):
        reason = f"{name}: expected at least {_number(column.low)}"
        found.append(Check("out_of_range", "between", (typed(name, reading),), reason, low=column.low))
    if column.role == "person" and column.type == "text" and (dataset.source, dataset.name) != ("hris", "employee"):
        reason = f"{name}: expected an employee number that stands in the employee dataset"
        found.append(Check("unknown_person", "true", (known_flag(name),), reason))
    if name in _UNITS and name not in dataset.key:
        reason = f"{name}: expected a unit that stands in the organisation dataset"
        found.append(Check("unknown_unit", "true", (known_flag(name),), reason))
    return found


def checks(dataset: Dataset, lists: dict[str, tuple[str, ...]] | None = None) -> tuple[Check, ...]:
    """All demands on the rows of a dataset, in the order in which they decide the rule of a rejected row."""
    from expectations.lanes import anonymous, hris, programme, survey

    lane = {"hris": hris, "programme": programme, "survey": survey, "anonymous": anonymous}[dataset.lane]
    found = [c for column in dataset.loaded_columns for c in _of_column(dataset, column, {**LISTS, **(lists or {})})]
    found += lane.checks(dataset)
    reason = f"{' + '.join(dataset.key)}: expected each key once; the first line stays, later ones are rejected"
    readings = {c.name: reading_of(c) for c in dataset.loaded_columns}
    # Keys are compared as read: 7 and 07 are one number.
    key = tuple(typed(name, readings[name]) if readings[name] else name for name in dataset.key)
    found.append(Check("duplicate_key", "unique", key, reason))
    return tuple(sorted(found, key=lambda check: RULES.index(check.rule)))


def plausible(columns: dict[str, tuple[dt.date, int]], dataset: Dataset) -> list[Check]:
    """`impossible_date` checks for the date columns that the dataset has: earliest day, days after the period's end."""
    present = {c.name for c in dataset.loaded_columns}
    return [
        Check("impossible_date", "dates_between", (typed(name, "date"),),
              f"{name}: expected a day from {earliest} to {latest} days after the period's end",
              earliest=earliest, latest=latest)
        for name, (earliest, latest) in columns.items() if name in present
    ]  # fmt: skip


def ordered(dataset: Dataset, end: str, start: str) -> list[Check]:
    """`end_before_start` for one pair of date columns."""
    reason = f"{end}: expected a day not before {start}"
    return [Check("end_before_start", "not_before", (typed(end, "date"), typed(start, "date")), reason)]
