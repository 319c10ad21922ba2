"""What one run knows about itself: resolved once, passed down, never asked of the clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from programme.period import Period

_EDITION = re.compile(r"preliminary|final|corrected-[1-9]\d*")
_CODE_FOLDERS = ("programme", "sources", "expectations", "dbt_project", "matching", "evaluation", "reports", "dags")
_CODE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".po", ".j2", ".css"}


class RunContextError(ValueError):
    """A run whose parameters contradict each other."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run of one programme.

    `known_at` is the moment (UTC) whose knowledge counts: batches that came later are invisible to the run.
    `run_id` is for logs and audit tables alone; no published byte may depend on it.
    """

    programme: str
    period: Period
    known_at: dt.datetime
    edition: str
    run_id: str
    code_hash: str
    config_hash: str
    cohort: str | None = None

    def __post_init__(self) -> None:
        if not _EDITION.fullmatch(self.edition):
            raise RunContextError(f"edition {self.edition!r}: expected preliminary, final or corrected-<number>")
        if self.known_at.tzinfo is None or self.known_at.utcoffset() != dt.timedelta(0):
            raise RunContextError(f"known_at {self.known_at.isoformat()}: expected UTC, such as 2026-10-20T06:00:00Z")

    @property
    def as_of(self) -> dt.date:
        """The period's last day: the day whose state is reported."""
        return self.period.end

    @property
    def known_at_text(self) -> str:
        """`known_at` as ISO text with Z, for SQL variables and manifests."""
        return self.known_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def for_cohort(self, cohort: str) -> RunContext:
        """The same run, narrowed to one cohort."""
        return replace(self, cohort=cohort)

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready form for XCom; holds ids, dates and hashes only."""
        return {
            "programme": self.programme,
            "cohort": self.cohort,
            "period": self.period.label,
            "known_at": self.known_at_text,
            "edition": self.edition,
            "run_id": self.run_id,
            "code_hash": self.code_hash,
            "config_hash": self.config_hash,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            programme=data["programme"],
            cohort=data["cohort"],
            period=Period.parse(data["period"]),
            known_at=parse_utc(data["known_at"]),
            edition=data["edition"],
            run_id=data["run_id"],
            code_hash=data["code_hash"],
            config_hash=data["config_hash"],
        )


def parse_utc(text: str) -> dt.datetime:
    """Read an ISO time with Z or +00:00; a time without offset raises RunContextError."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise RunContextError(f"{text!r} is no ISO time; write for example 2026-10-20T06:00:00Z") from None
    if moment.tzinfo is None:
        raise RunContextError(f"{text!r} lacks a time zone; end it with Z for UTC")
    return moment.astimezone(dt.UTC)


def default_known_at(period: Period, edition: str) -> dt.datetime:
    """When an edition is due: preliminary on day 20 after the period's end, final on day 20 a month later, 06:00 UTC.

    A corrected edition has no due date: its `known_at` must be given.
    """
    after = period.shift(1).start
    if edition == "preliminary":
        due = after.replace(day=20)
    elif edition == "final":
        due = after.replace(month=after.month + 1, day=20)
    else:
        raise RunContextError(f"edition {edition!r} has no due date; give known_at, for example 2026-12-01T06:00:00Z")
    return dt.datetime(due.year, due.month, due.day, 6, tzinfo=dt.UTC)


@cache
def code_hash() -> str:
    """SHA-256 over all code of the installed product, 16 hex digits, independent of where it lies."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in _CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if path.suffix in _CODE_SUFFIXES and not {"__pycache__", "target", "logs"} & set(parts):
                digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def stable_hash(data: Any) -> str:
    """SHA-256 over canonical JSON, 16 hex digits."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
