"""What a data contract says of a dataset and of each of its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Type = Literal["text", "integer", "number", "date", "boolean", "codes"]
Role = Literal["plain", "person", "vault", "birth_date", "comment"]
Delivery = Literal["full", "period"]
Lane = Literal["hris", "programme", "survey", "anonymous"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a dataset.

    `heading`: the heading in a file drop, which programme.yaml may rename. `codes`: spelling in the file to code.
    `role`: `person` turns an employee number into the pseudonym column `name`; `vault` goes to the vault and nowhere
    else; `birth_date` is cut down to a year; `comment` is free text, redacted. Type `codes`: a list, `|` between.
    `coded_early`: coded at extraction already, since the file's own spelling must not be kept.
    """

    name: str
    heading: str
    type: Type = "text"
    required: bool = True
    role: Role = "plain"
    codes: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    description: str = ""
    coded_early: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset: `raw_<source>.<name>`, its file, key and columns.

    `delivery` "full": each batch replaces what was known before; "period": each period's batch adds to the others.
    """

    source: str
    name: str
    file: str
    lane: Lane
    delivery: Delivery
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    encoding: str = "utf-8-sig"
    description: str = ""

    @property
    def table(self) -> str:
        """The raw table, with its schema."""
        return f"raw_{self.source}.{self.name}"

    @property
    def loaded_columns(self) -> tuple[Column, ...]:
        """What reaches the warehouse: everything but the vault's columns."""
        return tuple(c for c in self.columns if c.role != "vault")


NUMBER = Column("person_id", "Anställningsnummer", role="person")


def person(name: str, heading: str, required: bool = True) -> Column:
    """A column of employee numbers, which become pseudonyms."""
    return Column(name, heading, role="person", required=required)
