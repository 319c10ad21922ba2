"""A small made-up organisation with every dataset filled, the same on both engines."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pandas as pd

from programme.period import Period
from programme.warehouse import Warehouse
from sources.contracts import DATASETS, Column, dataset

PEOPLE = 60
PAIRS = 12
KNOWN = dt.datetime(2025, 4, 20, 6)  # noqa: DTZ001 -- raw known_at is UTC without zone
_FIRST = dt.date(2019, 1, 1)


def person(number: int) -> str:
    """A pseudonym for test person `number`."""
    return f"p{number:020x}"


def _day(random_: random.Random, first: dt.date, days: int) -> dt.date:
    return first + dt.timedelta(days=random_.randrange(days))


def _hris(random_: random.Random) -> dict[str, list[dict[str, Any]]]:
    people = range(1, PEOPLE + 1)
    employee = [
        {
            "person_id": person(i),
            "sex": random_.choice(["female", "male", None]),
            "birth_year": random_.choice([None, 1970 + i % 30]),
            "hire_date": _FIRST + dt.timedelta(days=20 * i),
            "location": f"Ort {i % 3}",
        }
        for i in people
    ]
    employment, termination, leave = [], [], []
    for i in people:
        start = _FIRST + dt.timedelta(days=20 * i)
        for k in range(3):
            employment.append(
                {
                    "person_id": person(i),
                    "employment_id": f"e{i}",
                    "effective_date": start + dt.timedelta(days=500 * k),
                    "employment_type": "permanent",
                    "job_title": "Title",
                    "job_family": f"family{(i + k) % 3}",
                    "level": random_.choice([None, 3, 4, 5, 9]),
                    "pay_band": i % 9 + 1,
                    "full_time_equivalent": random_.choice([0.75, 0.8, 1.0]),
                    "organisation_id": f"u{(i + k) % 6}",
                    "manager_person_id": None if i < 5 else person(i // 5),
                }
            )
        if i % 7 == 0:
            termination.append(
                {
                    "person_id": person(i),
                    "termination_date": _day(random_, dt.date(2024, 1, 1), 500),
                    "reason_category": random_.choice(["voluntary", "retirement"]),
                }
            )
        if i % 5 == 0:
            leave.append(
                {
                    "person_id": person(i),
                    "start_date": _day(random_, dt.date(2024, 1, 1), 300),
                    "leave_type": "parental",
                }
            )
    organisation = [
        {"organisation_id": f"u{i}", "organisation_name": "Unit", "superior_id": None if i == 0 else f"u{i // 2}"}
        for i in range(6)
    ]
    return {
        "employee": employee,
        "employment": employment,
        "termination": termination,
        "leave": leave,
        "organisation": organisation,
    }


def _applications() -> dict[str, list[dict[str, Any]]]:
    def row(i: int) -> dict[str, Any]:
        return {
            "application_id": i,
            "cohort": "2024",
            "person_id": person(i),
            "applied_on": dt.date(2024, 9, i % 28 + 1),
            "channel": ("self", "manager", "hr")[i % 3],
            "has_consented": i % 11 != 0,
            "goals": "network|leadership",
            "interests": "music",
            "languages": "sv|en",
            "meeting_mode": "either",
        }

    mentees = [row(i) | {"skills_wanted": "law", "preferred_mentors": person(i + 20)} for i in range(1, 21)]
    mentors = [row(i) | {"skills_offered": "law", "capacity": 1, "is_interviewed": True} for i in range(21, 41)]
    return {"mentee_application": mentees, "mentor_application": mentors}


def _logs(random_: random.Random, period: Period) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {d.name: [] for d in DATASETS if d.delivery == "period"}
    label = period.label
    for i in range(1, PAIRS + 1):
        mentee, mentor, day = person(i), person(i + 20), _day(random_, period.start, 85)
        common = {"cohort": "2024", "held_on": day}
        for k in range(random_.randrange(4)):
            rows["meeting"].append(
                common
                | {
                    "meeting_id": f"{label}-{i}-{k}",
                    "mentee_person_id": mentee,
                    "mentor_person_id": mentor,
                    "minutes": 30 + 7 * k,
                    "meeting_mode": "remote",
                }
            )
        rows["milestone"].append(
            {
                "milestone_id": f"m{i}",
                "cohort": "2024",
                "mentee_person_id": mentee,
                "kind": ("goal", "milestone")[i % 2],
                "agreed_on": dt.date(2024, 11, 20),
                "due_on": dt.date(2025, 6, 1),
                "reached_on": day if i % 3 == 0 else None,
            }
        )
        for number, role in ((mentee, "mentee"), (mentor, "mentor")):
            who = common | {"person_id": number, "role": role}
            rows["kickoff_attendance"].append(who | {"is_present": i % 4 != 0})
            rows["group_attendance"].append(
                who
                | {
                    "group_meeting_id": f"g{label}",
                    "is_present": i % 3 != 0,
                    "has_prepared": i % 2 == 0,
                    "new_contacts": i % 4,
                }
            )
            rows["follow_up_meeting"].append(who | {"has_given_feedback": i % 5 != 0})
        rows["training_completion"].append(
            {
                "person_id": mentor,
                "course": ("inclusion", "mentoring_technique")[i % 2],
                "completed_on": period.start,
                "hours": 3.5,
            }
        )
        response = {"survey_id": "410101", "response_id": 100 * period.quarter + i}
        rows["response"].append(
            response
            | {"person_id": mentee, "role": "mentee", "cohort": "2024", "is_complete": i % 6 != 0, "language": "sv"}
        )
        rows["answer"] += [
            response | {"item": "STAY", "answer": f"A{i % 5 + 1}", "points": i % 5 + 1},
            response | {"item": "NET", "answer": str(i)},
        ]
        rows["comment"].append(response | {"item": "GOOD", "language": "sv", "comment": "Det var bra"})
        rows["self_identification"].append(
            {
                "row_number": i,
                "survey_id": "410104",
                "ground": "ETH",
                "group_code": "YN"[i % 2],
                "participation": "mentee",
                "intention_to_stay": i % 5 + 1,
                "career": None,
                "safety": 3,
            }
        )
    rows["leadership"].append(
        {
            "cohort": "2024",
            "person_id": person(50),
            "activity": "sponsor",
            "held_on": period.start,
            "hours_budgeted": 10.5,
            "hours_used": 2.25,
        }
    )
    rows["adjustment"].append(
        {
            "adjustment_id": "j1",
            "cohort": "2024",
            "area": "training",
            "decided_on": dt.date(2024, 12, 1),
            "reason": "r",
            "action": "a",
            "follow_up_on": period.end,
            "result": ("pending", "improved")[period.quarter == 1],
        }
    )
    return rows


def _insert(warehouse: Warehouse, source: str, name: str, rows: list[dict[str, Any]], delivery: str) -> None:
    item = dataset(source, name)
    batch = f"{name}-{delivery}"
    columns: tuple[Column, ...] = item.loaded_columns
    records = [(*(r.get(c.name) for c in columns), batch, KNOWN, delivery, n + 2) for n, r in enumerate(rows)]
    marks = ", ".join("?" for _ in range(len(columns) + 4))
    for record in records:
        warehouse.execute(f"INSERT INTO {item.table} VALUES ({marks})", record)
    warehouse.execute(
        "INSERT INTO audit.batch (source, dataset, delivery, batch_id, known_at, period) VALUES (?, ?, ?, ?, ?, ?)",
        (source, name, delivery, batch, KNOWN, delivery),
    )


def fill(warehouse: Warehouse) -> None:
    """Fill empty raw tables, the approved pairs and one evaluated metric."""
    random_ = random.Random(7)
    with warehouse.transaction():
        for name, rows in _hris(random_).items():
            _insert(warehouse, "hris", name, rows, "full")
        for name, rows in _applications().items():
            _insert(warehouse, "programme", name, rows, "full")
        for period in (Period(2024, 4), Period(2025, 1)):
            for name, rows in _logs(random_, period).items():
                source = next(d.source for d in DATASETS if d.name == name)
                _insert(warehouse, source, name, rows, period.label)
        for i in range(1, PAIRS + 1):
            warehouse.execute(
                "INSERT INTO matching.approved_pair VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ("sample", "2024", person(i), person(i + 20), 0.5, dt.date(2024, 10, 20), "hash", KNOWN),
            )
        warehouse.execute(
            "INSERT INTO evaluation.goal "
            "(programme, period, edition, cohort, goal, metric, value, n, is_hidden, target_date) "
            "VALUES ('sample', '2025Q1', 'final', '2024', 'meet', 'meetings_per_pair_month', 0.123456, 12, FALSE, ?)",
            (dt.date(2026, 1, 1),),
        )


def table(warehouse: Warehouse, name: str) -> pd.DataFrame:
    """A table's rows in an order that the data alone decide."""
    frame = warehouse.query(f"SELECT * FROM {name}")
    frame = frame.reindex(sorted(frame.columns), axis=1).astype(object).where(frame.notna(), None)
    return frame.map(str).sort_values(sorted(frame.columns), ignore_index=True)
