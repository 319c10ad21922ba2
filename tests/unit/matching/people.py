"""Small applicants and programmes for the tests of matching."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pandas as pd

from matching import profiles
from matching.problem import Problem, build
from programme.config import (
    AnalysisPlan,
    Cohort,
    Goal,
    Leadership,
    Matching,
    Outcome,
    Programme,
    Scale,
    Source,
    Text,
    Training,
)
from sources.contracts import codes

WORDS = Text(sv="text", en="text")


def pid(label: object) -> str:
    """A pseudonym made from a label."""
    return "p" + hashlib.sha256(str(label).encode()).hexdigest()[:20]


def programme(**matching: object) -> Programme:
    """A programme with cohort "2024"; keyword arguments go to its matching section."""
    return Programme(
        name="test",
        title=WORDS,
        organisation="Test",
        version="1",
        purpose=WORDS,
        first_period="2024Q4",
        history_from=dt.date(2023, 10, 1),
        goals=(
            Goal(name="g", title=WORDS, metric="match_share", baseline=0, target=1, target_date=dt.date(2026, 1, 1)),
        ),
        cohorts=(
            Cohort(
                name="2024",
                applications_close=dt.date(2024, 9, 15),
                match_period="2024Q3",
                match_on=dt.date(2024, 10, 20),
                starts_on=dt.date(2024, 11, 1),
                ends_on=dt.date(2025, 10, 31),
            ),
        ),
        training=(Training(course="inclusion"),),
        leadership=Leadership(sponsor_title="CEO"),
        matching=Matching(**({"approvers": ("anna",)} | matching)),
        scales=(Scale(name="wellbeing", title=WORDS, items=("WELL[SQ001]",)),),
        analysis=AnalysisPlan(
            outcomes=(Outcome(name="retention", rank="primary", reading_quarter=4, smallest_effect=0.05),)
        ),
        sources=(Source(name="hris", kind="file_drop", folder="hris"),),
    )


def mentee(number: int, **other: object) -> dict[str, object]:
    """A mentee who may be matched with any `mentor(...)`."""
    return {
        "person_id": pid(f"mentee {number}"),
        "application_id": number,
        "cohort": "2024",
        "applied_on": dt.date(2024, 9, 1),
        "channel": "self",
        "has_consented": True,
        "is_eligible": True,
        "goals": "leadership|network",
        "skills_wanted": "strategy|law",
        "interests": "music|art",
        "languages": "sv|en",
        "meeting_mode": "either",
        "preferred_mentors": None,
        "level": 3,
        "tenure_years": 4,
        "organisation_id": f"A{number}",
        "division_id": "A",
        "job_family": "it",
        "location": "Umeå",
        "manager_person_id": pid(f"manager of mentee {number}"),
        "management_chain": pid("top a"),
    } | other


def mentor(number: int, **other: object) -> dict[str, object]:
    """A mentor who may be matched with any `mentee(...)`."""
    return {
        "person_id": pid(f"mentor {number}"),
        "application_id": number,
        "cohort": "2024",
        "applied_on": dt.date(2024, 9, 1),
        "channel": "self",
        "has_consented": True,
        "is_eligible": True,
        "goals": "leadership",
        "skills_offered": "strategy|finance",
        "interests": "music",
        "languages": "sv",
        "meeting_mode": "either",
        "level": 5,
        "tenure_years": 9,
        "organisation_id": f"B{number}",
        "division_id": "B",
        "job_family": "it",
        "location": "Umeå",
        "manager_person_id": pid(f"manager of mentor {number}"),
        "management_chain": pid("top b"),
        "capacity": 1,
        "is_interviewed": True,
        "is_trained": True,
    } | other


def frame(rows: list[dict[str, object]], make=mentee) -> pd.DataFrame:
    """Rows as a frame, with the right columns even without rows; optional columns where a row has them."""
    more = (name for row in rows for name in row)
    return pd.DataFrame(rows, columns=list(dict.fromkeys([*make(0), *more])))


def read(mentees: list[dict[str, object]], mentors: list[dict[str, object]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of both roles as the matching reads them."""
    return (profiles.read(frame(mentees), "mentee", "2024"), profiles.read(frame(mentors, mentor), "mentor", "2024"))


def posed(
    mentees: list[dict[str, object]], mentors: list[dict[str, object]], **matching: object
) -> tuple[Problem, dict[str, np.ndarray]]:
    """The problem of all these people, whatever demands on people say, and each required rule's mask of pairs."""
    other = {name: matching.pop(name) for name in ("decided", "on", "earlier", "embed", "rows") if name in matching}
    problem = build(*read(mentees, mentors), Matching(approvers=("anna",), **matching), ("total",), **other)
    masks = {code: (problem.forbidden >> bit & 1).astype(bool) for bit, code in enumerate(problem.rule_codes)}
    return problem, masks


def component(name: str, a: dict[str, object], b: dict[str, object], **other: object) -> float:
    """A component's value for one pair, whose answers are `a` and `b`; `other` as in `posed`."""
    problem, _ = posed([mentee(1, **a)], [mentor(1, **b)], weights={name: 1}, **other)
    return float(problem.components([0], [0])[name][0])


def crowd(n_mentees: int, n_mentors: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Random applicants with profiles drawn from the contract's lists."""
    rng = np.random.default_rng(seed)

    def some(words: tuple[str, ...], low: int, high: int) -> str:
        return "|".join(rng.choice(words, rng.integers(low, high + 1), replace=False))

    def common(k: int) -> dict[str, object]:
        unit = int(rng.integers(60))
        return {
            "goals": some(codes.GOALS, 1, 3),
            "interests": some(codes.INTERESTS, 1, 4),
            "languages": "|".join(dict.fromkeys(["sv", some(codes.LANGUAGES, 1, 1)])) if rng.random() < 0.9 else "en",
            "meeting_mode": str(rng.choice(["either", "either", "remote", "in_person"])),
            "organisation_id": f"U{unit}",
            "division_id": f"D{unit // 10}",
            "manager_person_id": pid(f"boss {unit}"),
            "management_chain": "|".join([pid(f"boss {unit}"), pid(f"head {unit // 10}")]),
            "location": str(rng.choice(["Umeå", "Lund"])),
            "has_consented": rng.random() < 0.97,
        }

    mentor_ids = [pid(f"mentor {k}") for k in range(1, n_mentors + 1)]
    mentees = [
        mentee(
            k,
            skills_wanted=some(codes.SKILLS, 1, 4),
            level=int(rng.integers(1, 6)),
            preferred_mentors="|".join(rng.choice(mentor_ids, min(n_mentors, int(rng.integers(0, 4))), replace=False)),
            **common(k),
        )
        for k in range(1, n_mentees + 1)
    ]
    mentors = [
        mentor(
            k,
            skills_offered=some(codes.SKILLS, 2, 6),
            level=int(rng.integers(3, 10)),
            capacity=int(rng.integers(1, 4)),
            is_trained=rng.random() < 0.95,
            **common(k),
        )
        for k in range(1, n_mentors + 1)
    ]
    return frame(mentees), frame(mentors, mentor)
