"""Where people become pseudonyms: the last place in which employee numbers, names and birth dates are seen."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from programme.period import Period
from sources.contracts import Dataset
from sources.redaction import Redactor

if TYPE_CHECKING:
    from programme.vault import Vault

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PSEUDONYM = re.compile(r"p[0-9a-f]{20}")
UNREADABLE = "?unreadable"


class Identities:
    """Replaces what identifies people in a delivery's columns; keeps the vault's roster for redacting comments.

    A person's data are dated by the period's last day: the clock is not asked.
    """

    def __init__(self, vault: Vault, period: Period) -> None:
        self.vault = vault
        self.period = period
        self._known: dict[str, str | None] = {}
        self._extra: list[dict[str, Any]] = []

    @cached_property
    def redactor(self) -> Redactor:
        """Built on first use, after the delivery's own people have been remembered."""
        roster = self.vault.roster()
        if self._extra:
            roster = pd.concat([roster, pd.DataFrame(self._extra)], ignore_index=True)
        return Redactor(roster)

    def mention(self, people: list[dict[str, Any]]) -> None:
        """People to be redacted in comments beside the roster: first_name, last_name, email, employee_number."""
        self._extra.extend(people)

    def pseudonyms(self, numbers: list[str | None]) -> list[str | None]:
        """The pseudonym of each employee number; None for an empty or unreadable one."""
        new = sorted({n for n in numbers if n is not None} - self._known.keys())
        if new:
            found = self.vault.pseudonym(pd.Series(new, dtype=object))
            for number, value in zip(new, found, strict=True):
                self._known[number] = value if isinstance(value, str) and _PSEUDONYM.fullmatch(value) else None
        return [None if n is None else self._known[n] for n in numbers]

    def replace(self, item: Dataset, columns: dict[str, list[str | None]]) -> dict[str, list[Any]]:
        """Columns as they may be kept: pseudonyms, years of birth, codes, redacted comments; no vault columns."""
        out: dict[str, list[Any]] = {}
        private: dict[str, list[Any]] = {}
        for column in item.columns:
            values = columns[column.name]
            if column.role == "vault":
                private[column.name] = values
            elif column.role == "person":
                is_list = column.type == "codes"
                out[column.name] = self._lists(values) if is_list else self._person(values, column.required)
            elif column.role == "birth_date":
                out[column.name] = [self._year(v) for v in values]
            elif column.coded_early:
                out[column.name] = [None if v is None else column.codes.get(v, "?unknown") for v in values]
            elif column.role == "comment":
                out[column.name] = values  # redacted below, when this delivery's people are known
            else:
                out[column.name] = values
        if private:
            self.remember(out["person_id"], columns["person_id"], private)
        for column in item.columns:
            if column.role == "comment":
                out[column.name] = self.redactor.redact(out[column.name])
        return out

    def remember(self, person_ids: list[Any], numbers: list[Any], private: dict[str, list[Any]]) -> None:
        """Hand names and e-mails to the vault; the first row of a person counts."""
        frame = pd.DataFrame({"person_id": person_ids, "employee_number": numbers, **private}, dtype=object)
        frame = frame[frame["person_id"].notna()].drop_duplicates("person_id").reset_index(drop=True)
        end = self.period.end
        frame["known_at"] = dt.datetime(end.year, end.month, end.day)  # noqa: DTZ001 - naive UTC, as in the warehouse
        self.vault.remember(frame)

    def seal(self, item: Dataset, file: str, file_hash: str, rows: list[tuple[int, str, str]]) -> None:
        """Lay rows that could not even be split (line, rule, raw text) into the vault, encrypted."""
        if rows:
            frame = pd.DataFrame(
                [
                    {"source": item.source, "dataset": item.name, "period": self.period.label, "file": file,
                     "file_hash": file_hash, "line": line, "rule": rule, "content": raw}
                    for line, rule, raw in rows
                ]
            )  # fmt: skip
            self.vault.seal(frame)

    def _person(self, numbers: list[str | None], required: bool) -> list[str | None]:
        found = self.pseudonyms(numbers)
        if required:
            return found
        # Where a person may be missing, an unreadable number must not pass for one.
        return [UNREADABLE if n is not None and p is None else p for n, p in zip(numbers, found, strict=True)]

    def _lists(self, values: list[str | None]) -> list[str | None]:
        parts = [None if v is None else [p.strip() for p in v.split("|") if p.strip()] for v in values]
        self.pseudonyms([p for row in parts if row for p in row])
        return [None if not row else "|".join(self._known[p] or UNREADABLE for p in row) for row in parts]

    @staticmethod
    def _year(text: str | None) -> str | None:
        match = _DATE.fullmatch(text) if text is not None else None
        if text is None or not match:
            return None if text is None else "?unreadable_date"
        try:
            return f"{dt.date(int(match[1]), int(match[2]), int(match[3])).year:04d}"
        except ValueError:
            return "?unreadable_date"
