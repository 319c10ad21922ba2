"""A small delivery, a vault and a way to spoil any file of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from programme.config import Source
from programme.period import Period
from programme.vault import Vault
from sources.contracts import DATASETS, Dataset

PERIOD = Period(2026, 3)
KNOWN_AT = dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
CAPTURES = Path(__file__).resolve().parents[2] / "data" / "captures"
HRIS = Source(name="hris", kind="file_drop", folder="hris")
PROGRAMME = Source(name="programme", kind="file_drop", folder="programme")

# One good row of each dataset, by column; {n} is the employee's number.
_CELLS = {
    "person_id": "E{n:05d}", "first_name": "Kanarie{n}", "last_name": "von Prövning{n}", "email": "k{n}@example.se",
    "sex": "Kvinna", "birth_year": "1980-02-29", "hire_date": "2015-03-01", "original_hire_date": "",
    "location": "Malmö",
    "employment_id": "A{n}", "effective_date": "2015-03-01", "end_date": "", "employment_type": "Tillsvidare",
    "job_title": "Ingenjör; senior", "job_family": "Teknik", "level": "4", "pay_band": "7",
    "full_time_equivalent": "0,8",
    "organisation_id": "U{n}", "manager_person_id": "", "end_reason": "", "organisation_name": "Försäljning Öst {n}",
    "superior_id": "", "cost_centre": "100", "start_date": "2020-01-0{n}", "leave_type": "Sjuk",
    "termination_date": "2026-08-31", "reason_category": "Pension", "application_id": "{n}", "cohort": "2025",
    "applied_on": "2025-09-01", "channel": "Chef", "has_consented": "Ja", "goals": "leadership|network",
    "skills_wanted": "law", "skills_offered": "law", "interests": "music", "languages": "sv",
    "meeting_mode": "Digitalt",
    "preferred_mentors": "E00002|E00003", "motivation": "Kanarie2 von Prövning2 sa ja, ring 0701-23 00 27.",
    "capacity": "1", "is_interviewed": "Ja", "course": "Mångfald och inkludering", "completed_on": "2026-08-01",
    "hours": "7,5", "role": "Adept", "held_on": "2026-08-0{n}", "is_present": "Ja", "meeting_id": "M{n}",
    "mentee_person_id": "E{n:05d}", "mentor_person_id": "E00009", "minutes": "60", "group_meeting_id": "T{n}",
    "has_prepared": "Nej", "new_contacts": "2", "milestone_id": "S{n}", "kind": "Mål", "agreed_on": "2026-08-01",
    "due_on": "2026-12-01", "reached_on": "", "has_given_feedback": "Ja", "activity": "Mentor", "hours_budgeted": "20",
    "hours_used": "3,5", "adjustment_id": "J{n}", "area": "Träffar", "decided_on": "2026-08-01",
    "reason": "För få träffar",
    "action": "Fler träffar", "follow_up_on": "2026-12-01", "result": "Pågår",
}  # fmt: skip


def csv_text(item: Dataset, rows: list[dict[str, str]], extra: dict[str, str] | None = None) -> str:
    extra = extra or {}
    lines = [";".join([c.heading for c in item.columns] + list(extra))]
    for row in rows:
        cells = [row[c.name] for c in item.columns] + list(extra.values())
        lines.append(";".join(f'"{c}"' if ";" in c else c for c in cells))
    return "\r\n".join(lines) + "\r\n"


def good_rows(item: Dataset, n: int = 3) -> list[dict[str, str]]:
    return [{c.name: _CELLS[c.name].format(n=k) for c in item.columns} for k in range(1, n + 1)]


def write_drop(inbox: Path, item: Dataset, text: str) -> Path:
    path = inbox / item.source / PERIOD.label / item.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(item.encoding))
    return path


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Three clean rows in every file drop; the employee file also holds columns that are never read."""
    folder = tmp_path / "inbox"
    for item in DATASETS:
        if item.file:
            denied = {"Personnummer": "19800229-1234", "Facklig tillhörighet": "X", "Favoritfärg": "blå"}
            write_drop(folder, item, csv_text(item, good_rows(item), denied if item.name == "employee" else None))
    return folder


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(f"duckdb:///{tmp_path.as_posix().lstrip('/')}/vault.duckdb", "k" * 40, "adept")


@pytest.fixture
def spoil(inbox: Path) -> Callable[[str, Callable[[bytes], bytes]], None]:
    """Change the bytes of a file of the HRIS delivery."""

    def change(file: str, how: Callable[[bytes], bytes]) -> None:
        path = inbox / "hris" / PERIOD.label / file
        path.write_bytes(how(path.read_bytes()))

    return change
