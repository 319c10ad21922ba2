"""Clean extracts of an invented organisation, shaped as extraction hands them on: text, pseudonyms, lines."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from programme.period import Period
from sources.contracts import DATASETS, dataset
from sources.extraction import Extract

PERIOD = Period(2024, 3)
COLUMNS = {(d.source, d.name): [c.name for c in d.loaded_columns] for d in DATASETS}


def person(number: int) -> str:
    return "p" + hashlib.sha256(str(number).encode()).hexdigest()[:20]


def extract(source: str, name: str, columns: dict[str, list]) -> Extract:
    """An extract of the given columns; a column that is not given is empty."""
    item = dataset(source, name)
    n = len(next(iter(columns.values()), []))
    frame = pd.DataFrame(
        {c: pd.Series(columns.get(c, [None] * n), dtype=object) for c in COLUMNS[source, name]}, dtype=object
    )
    frame["line"] = np.arange(2, n + 2, dtype="int64")
    frame["file"] = item.file or f"{name}.json"
    return Extract(item, PERIOD, ((item.file or f"{name}.json", "0" * 64),), frame, n)


def change(given: Extract, line: int, **values) -> Extract:
    """The extract with some cells of one line changed."""
    frame = given.frame.copy()
    for column, value in values.items():
        frame.loc[frame["line"] == line, column] = value
    return replace(given, frame=frame)


def append(given: Extract, like: int, **values) -> Extract:
    """The extract with one more line, a copy of line `like` but for `values`."""
    row = given.frame[given.frame["line"] == like].copy()
    row["line"] = int(given.frame["line"].max()) + 1
    for column, value in values.items():
        row[column] = value
    frame = pd.concat([given.frame, row], ignore_index=True)
    return replace(given, frame=frame, n_received=given.n_received + 1)


def organisation(n: int, employments: int = 1, answers: int = 4) -> dict[str, Extract]:
    """All 19 datasets, clean: n employees, `employments` rows each, `answers` rows for each response."""
    people = [person(i) for i in range(n)]
    units = max(2, n // 25)
    k = max(3, n // 10)
    mentees, mentors = people[-k:], people[1 : k + 1]
    both = mentees + mentors
    roles = ["Adept"] * k + ["Mentor"] * k
    job = [(i, j) for i in range(n) for j in range(employments)]
    starts = [f"{2024 - employments + 1 + j}-01-01" for _, j in job]
    ends = [None if j == employments - 1 else f"{2024 - employments + 1 + j}-12-31" for _, j in job]
    responses = [(1000 + i, j) for i in range(2 * k) for j in range(answers)]
    found = [
        extract("hris", "employee", {
            "person_id": people, "sex": ["Kvinna", "Man"] * (n // 2) + ["Annat"] * (n % 2),
            "birth_year": [str(1960 + i % 40) for i in range(n)],
            "hire_date": ["2020-02-29"] * n, "original_hire_date": [None] * n, "location": ["Åmål"] * n}),
        extract("hris", "employment", {
            "person_id": [people[i] for i, _ in job], "employment_id": [f"A{i}" for i, _ in job],
            "effective_date": starts, "end_date": ends, "employment_type": ["Tillsvidare"] * len(job),
            "job_title": ["Handläggare"] * len(job), "job_family": ["Stöd"] * len(job),
            "level": ["3"] * len(job), "pay_band": ["11"] * len(job), "full_time_equivalent": ["0,8"] * len(job),
            "organisation_id": [f"U{i % units}" for i, _ in job],
            "manager_person_id": [None if i == 0 else people[(i - 1) // 8] for i, _ in job],
            "end_reason": [None if e is None else "Byte av tjänst" for e in ends]}),
        extract("hris", "organisation", {
            "organisation_id": [f"U{i}" for i in range(units)], "organisation_name": ["Enhet"] * units,
            "superior_id": [None] + [f"U{(i - 1) // 4}" for i in range(1, units)], "cost_centre": ["100"] * units}),
        extract("hris", "leave", {
            "person_id": people[:k], "start_date": ["2024-07-01"] * k, "end_date": [None] * k,
            "leave_type": ["parental", "other"] * (k // 2) + ["parental"] * (k % 2)}),
        extract("hris", "termination", {
            "person_id": people[k : 2 * k], "termination_date": ["2025-06-30"] * k,
            "reason_category": ["Egen uppsägning"] * k}),
        extract("programme", "mentee_application", {
            "application_id": [str(1 + i) for i in range(k)], "cohort": ["2024"] * k, "person_id": mentees,
            "applied_on": ["2024-09-01"] * k, "channel": ["Chef"] * k, "has_consented": ["Ja"] * k,
            "goals": ["leadership|network"] * k, "skills_wanted": ["law"] * k, "interests": ["music|food"] * k,
            "languages": ["sv|en"] * k, "meeting_mode": ["Digitalt"] * k,
            "preferred_mentors": [f"{mentors[0]}|{mentors[1]}"] * k, "motivation": ["Jag vill lära"] * k}),
        extract("programme", "mentor_application", {
            "application_id": [str(1 + i) for i in range(k)], "cohort": ["2024"] * k, "person_id": mentors,
            "applied_on": ["2024-09-01"] * k, "channel": ["HR"] * k, "has_consented": ["Nej"] * k,
            "capacity": ["2"] * k, "goals": ["specialist"] * k, "skills_offered": ["law|quality"] * k,
            "interests": ["sport"] * k, "languages": ["sv"] * k, "meeting_mode": ["Både och"] * k,
            "is_interviewed": ["Ja"] * k}),
        extract("programme", "training_completion", {
            "person_id": mentors, "course": ["Mångfald och inkludering"] * k, "completed_on": ["2024-08-30"] * k,
            "hours": ["3,5"] * k}),
        extract("programme", "kickoff_attendance", {
            "cohort": ["2024"] * 2 * k, "person_id": both, "role": roles, "held_on": ["2024-09-05"] * 2 * k,
            "is_present": ["Ja"] * 2 * k}),
        extract("programme", "meeting", {
            "meeting_id": [f"M{i}" for i in range(k)], "cohort": ["2024"] * k, "mentee_person_id": mentees,
            "mentor_person_id": mentors, "held_on": ["2024-09-12"] * k, "minutes": ["60"] * k,
            "meeting_mode": ["På plats"] * k}),
        extract("programme", "group_attendance", {
            "group_meeting_id": ["T1"] * 2 * k, "cohort": ["2024"] * 2 * k, "held_on": ["2024-09-20"] * 2 * k,
            "person_id": both, "role": roles, "is_present": ["Ja"] * 2 * k, "has_prepared": ["Nej"] * 2 * k,
            "new_contacts": ["0"] * 2 * k}),
        extract("programme", "milestone", {
            "milestone_id": [f"S{i}" for i in range(k)], "cohort": ["2024"] * k, "mentee_person_id": mentees,
            "kind": ["Mål"] * k, "agreed_on": ["2024-09-12"] * k, "due_on": ["2025-03-01"] * k,
            "reached_on": [None] * k}),
        extract("programme", "follow_up_meeting", {
            "cohort": ["2024"] * k, "person_id": mentees, "role": ["Adept"] * k, "held_on": ["2024-09-25"] * k,
            "has_given_feedback": ["Ja"] * k}),
        extract("programme", "leadership", {
            "cohort": ["2024"] * 3, "person_id": people[:3], "activity": ["Sponsor"] * 3, "held_on": ["2024-09-05"] * 3,
            "hours_budgeted": ["10"] * 3, "hours_used": ["7,25"] * 3}),
        extract("programme", "adjustment", {
            "adjustment_id": ["J1", "J2", "J3"], "cohort": ["2024"] * 3, "area": ["Utbildning"] * 3,
            "decided_on": ["2024-09-28"] * 3, "reason": ["För kort"] * 3, "action": ["Längre"] * 3,
            "follow_up_on": ["2025-01-31"] * 3, "result": ["Pågår"] * 3}),
        extract("survey", "response", {
            "survey_id": ["410101"] * 2 * k, "response_id": [1000 + i for i in range(2 * k)], "person_id": both,
            "role": ["mentee"] * k + ["mentor"] * k, "cohort": ["2024"] * 2 * k, "is_complete": [True] * 2 * k,
            "language": ["sv"] * 2 * k}),
        extract("survey", "answer", {
            "survey_id": ["410101"] * len(responses), "response_id": [r for r, _ in responses],
            "item": [f"WELL[SQ{j:03d}]" for _, j in responses], "answer": ["A4"] * len(responses),
            "points": [4] * len(responses)}),
        extract("survey", "comment", {
            "survey_id": ["410101"] * 3, "response_id": [1000, 1001, 1002], "item": ["GOOD"] * 3,
            "language": ["sv"] * 3, "comment": ["Bra"] * 3}),
        extract("anonymous", "self_identification", {
            "row_number": list(range(20)), "survey_id": ["410104"] * 20, "ground": ["origin"] * 20,
            "group_code": ["G1", "G0"] * 10, "participation": ["none"] * 20, "intention_to_stay": [4] * 20,
            "career": [3] * 19 + [None], "safety": [5] * 20}),
    ]  # fmt: skip
    return {f"{e.dataset.source}.{e.dataset.name}": e for e in found}
