# ruff: noqa: E501 - tables of figures read better in one line
"""A small simulated organisation in the shape of the marts, with effects that are known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from programme.config import Programme
from programme.period import Period
from programme.run_context import RunContext, default_known_at

QUARTERS = [p.label for p in Period(2023, 4).until(Period(2026, 3))]
COHORTS = {"2024": Period(2024, 4), "2025": Period(2025, 4)}
SCALES = {"wellbeing": "WELL", "psychological_safety": "SAFE", "belonging": "BELONG", "career_satisfaction": "CAREER",
          "relationship_quality": "RELQ"}  # fmt: skip


def programme(**changes: object) -> Programme:
    text = {"sv": "x", "en": "x"}
    data = {
        "name": "mentor", "title": text, "organisation": "Org", "version": "1", "purpose": text,
        "goals": [
            {"name": "matched", "title": text, "metric": "match_share", "baseline": 0.0, "target": 0.8, "target_date": "2026-09-30"},
            {"name": "well", "title": text, "metric": "wellbeing", "baseline": 3.0, "target": 3.6, "target_date": "2026-09-30"},
            {"name": "stay", "title": text, "metric": "voluntary_turnover_share", "baseline": 0.03, "target": 0.02,
             "target_date": "2026-09-30"},
        ],
        "first_period": "2024Q4", "history_from": "2023-10-01",
        "cohorts": [
            {"name": name, "applications_close": dt.date(p.year, 9, 15), "match_period": p.shift(-1).label,
             "match_on": dt.date(p.year, 10, 20), "starts_on": dt.date(p.year, 11, 1), "ends_on": dt.date(p.year + 1, 10, 31)}
            for name, p in COHORTS.items()
        ],
        "eligibility": {"mentee": [{"field": "level", "at_most": 5}, {"field": "tenure_years", "at_least": 1}]},
        "leadership": {"sponsor_title": "HR director"},
        "matching": {"approvers": ["a"]},
        "scales": [{"name": n, "title": text, "items": [f"{c}[SQ{i:03d}]" for i in (1, 2, 3)]} for n, c in SCALES.items()],
        "analysis": {"outcomes": [
            {"name": "retention", "rank": "primary", "reading_quarter": 4, "smallest_effect": 0.05},
            {"name": "promotion", "rank": "secondary", "reading_quarter": 4, "smallest_effect": 0.05},
            {"name": "wellbeing", "rank": "secondary", "reading_quarter": 4, "smallest_effect": 0.2},
            {"name": "network_size", "rank": "secondary", "reading_quarter": 4, "smallest_effect": 1.0},
        ]},
        "sources": [{"name": "hris", "kind": "file_drop", "folder": "hris"}],
    }  # fmt: skip
    return Programme.model_validate({**data, **changes})


def context(label: str = "2026Q3", edition: str = "final") -> RunContext:
    period = Period.parse(label)
    return RunContext("mentor", period, default_known_at(period, edition), edition, "run", "0" * 16, "0" * 16)


def frames(
    n: int = 1500, n_mentees: int = 120, seed: int = 1, effect: float = 0.0, as_of: str = "2026Q3"
) -> dict[str, pd.DataFrame]:
    """`effect`: what mentoring adds to a year's chance of staying, and half of what it adds to wellbeing points."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"p{i:020x}" for i in range(n)])
    level, tenure = rng.integers(1, 9, n), rng.integers(1, 20, n)
    sex, age = rng.choice(["female", "male"], n), rng.choice(["-29", "30-39", "40-49", "50-59", "60-"], n)
    family = rng.choice(["tech", "sales", "ops"], n)
    # What makes people apply also makes them stay and thrive, and shows in level, which the analysis knows.
    wish = 0.3 * (level - 4)
    drive = wish + rng.normal(size=n) * 0.3
    mentee_of = np.full(n, "", dtype=object)
    applicant_of = np.full(n, "", dtype=object)
    mentor = rng.permutation(np.flatnonzero(level >= 6))[: n_mentees // 2]
    for cohort in COHORTS:
        open_ = (level <= 5) & (mentee_of == "") & (applicant_of == "")
        chance = np.where(open_, np.exp(2 * wish), 0.0)
        chosen = rng.choice(n, size=int(n_mentees * 1.15), replace=False, p=chance / chance.sum())
        applicant_of[chosen] = cohort
        mentee_of[chosen[:n_mentees]] = cohort
    gone = np.full(n, 99)
    rows = []
    for q, label in enumerate(QUARTERS):
        treated_now = np.isin(mentee_of, [c for c, p in COHORTS.items() if QUARTERS.index(p.label) < q])
        risk = np.clip(0.045 - 0.012 * drive - effect / 4 * treated_now, 0.002, 0.3)
        leaves = (gone == 99) & (rng.random(n) < risk)
        # Nobody of an offer's quarter leaves before it; the arms start alike.
        there = gone == 99
        gone[leaves] = q
        promoted = there & (rng.random(n) < 0.02)
        rows.append(pd.DataFrame({
            "person_id": ids[there], "period": label, "division_id": "D1", "job_family": family[there], "level": level[there],
            "pay_band": level[there] * 2, "location": "Umeå", "sex": sex[there], "age_band": age[there],
            "tenure_years": tenure[there] + q // 4, "full_time_equivalent": 1.0, "employment_type": "permanent",
            "is_manager": (level[there] >= 7), "is_active": ~leaves[there], "has_left": leaves[there],
            "has_left_voluntarily": leaves[there] & (rng.random(int(there.sum())) < 0.7), "is_promoted": promoted[there],
            "is_moved": promoted[there], "is_on_parental_leave": False,
        }))  # fmt: skip
    period = Period.parse(as_of)
    panel = pd.concat(rows, ignore_index=True)
    panel = panel[panel["period"].map(Period.parse) <= period].reset_index(drop=True)
    started = [c for c, p in COHORTS.items() if p <= period]
    made = {"panel": panel, **_programme_frames(rng, ids, mentee_of, applicant_of, mentor, started)}
    made |= _survey(rng, ids, panel, mentee_of, mentor, started, effect, drive)
    made["anonymous"] = _anonymous(rng)
    return made


def _programme_frames(rng, ids, mentee_of, applicant_of, mentor, started) -> dict[str, pd.DataFrame]:
    people, pairs, months, base, activity, goals = [], [], [], [], [], []
    for cohort in started:
        mentees, applied = np.flatnonzero(mentee_of == cohort), np.flatnonzero(applicant_of == cohort)
        for i in applied:
            people.append((cohort, ids[i], "mentee", mentee_of[i] == cohort, rng.choice(["self", "manager", "hr"])))
        people += [(cohort, ids[i], "mentor", True, "self") for i in mentor]
        for k, i in enumerate(mentees):
            other = ids[mentor[k % len(mentor)]]
            pairs.append((cohort, ids[i], other))
            goals.append((f"{cohort}-{k}", cohort, ids[i], "goal"))
            stop = int(rng.integers(6, 20))
            months += [(cohort, ids[i], other, f"M{m:02d}", int(m <= stop), 45 * int(m <= stop)) for m in range(1, 11)]
        m, a, t = len(mentees), len(applied), len(mentor)
        base += [(cohort, name, num, den, people_, unit) for name, num, den, people_, unit in [
            ("mentee_applicants", a, 1, a, "count"), ("pairs", m, 1, m + t, "count"), ("match_share", m, a, a, "share"),
            ("goals_agreed_share", m, m, m, "share"), ("kickoff_share", m + t - 6, m + t, m + t, "share"),
            ("trained_mentor_share", t - 1, t, t, "share"), ("meetings_per_pair_month", 9 * m, 10 * m, m + t, "mean"),
            ("channel_self_share", a // 2, a, a, "share"), ("group_meetings", 4, 1, m, "count"),
            ("follow_up_meetings", 2 * m, 1, m, "count"), ("new_contacts", 3 * m, 1, m, "count"),
            ("adjustments_decided", 2, 1, 0, "count"), ("response_share_mentee", int(0.7 * m), m, m, "share"),
        ]]  # fmt: skip
        activity.append((cohort, "2024Q4", "leadership_attendance", 4, 3, 8.0))
    return {
        "participant": pd.DataFrame(people, columns=["cohort", "person_id", "role", "is_matched", "channel"]).assign(
            is_eligible=True, has_consented=True),
        "pair": pd.DataFrame(pairs, columns=["cohort", "mentee_person_id", "mentor_person_id"]),
        "pair_month": pd.DataFrame(
            months, columns=["cohort", "mentee_person_id", "mentor_person_id", "month", "n_meetings", "minutes"]),
        "milestone": pd.DataFrame(goals, columns=["milestone_id", "cohort", "mentee_person_id", "kind"]),
        "cohort_metric_base": pd.DataFrame(
            base, columns=["cohort", "metric", "numerator", "denominator", "n_people", "unit"]),
        "programme_activity": pd.DataFrame(
            activity, columns=["cohort", "period", "activity", "n_events", "n_people", "amount"]),
        "adjustment": pd.DataFrame([{"adjustment_id": "1", "cohort": c, "area": "training", "decided_on": dt.date(2025, 2, 1),
                                     "follow_up_on": dt.date(2025, 5, 1), "result": "improved"} for c in started]),
    }  # fmt: skip


def _survey(rng, ids, panel, mentee_of, mentor, started, effect, drive) -> dict[str, pd.DataFrame]:
    answers, comments, number = [], [], 0
    # The quarter in which outcomes are read, and the latest; others would only cost time.
    for label in sorted({"2025Q4", panel["period"].max()} - {""}):
        active = set(panel.loc[(panel["period"] == label) & panel["is_active"], "person_id"])
        if not active:
            continue
        others = rng.permutation(np.flatnonzero(mentee_of == ""))[:500]
        asked = [(i, "mentee", mentee_of[i]) for i in np.flatnonzero(np.isin(mentee_of, started))]
        asked += [(i, "mentor", started[0]) for i in mentor] + [(i, "employee", "") for i in others]
        for i, role, cohort in asked:
            if ids[i] not in active or rng.random() > 0.7:
                continue
            number += 1
            key = (f"41010{('mentee', 'mentor', 'employee').index(role) + 1}", str(number), ids[i], role, cohort, label)
            mood = 3 + 0.3 * drive[i] + (2 * effect if role == "mentee" else 0) + rng.normal() * 0.6
            for code in SCALES.values():
                for item in (1, 2, 3):
                    points = int(np.clip(round(mood + rng.normal() * 0.6), 1, 5)) if rng.random() > 0.05 else 0
                    answers.append((*key, f"{code}[SQ{item:03d}]", f"A{points or 6}", points, True))
            answers.append((*key, "NET", str(int(rng.poisson(6))), None, True))
            if rng.random() < 0.4:
                text = rng.choice(["Svårt att hitta tid", "My mentor listens", "Nätverket är bra", "Bra"])
                comments.append(
                    (key[0], key[1], role, cohort, label, "GOOD", "en" if text.startswith("My") else "sv", text)
                )
    head = ["survey_id", "response_id"]
    return {
        "survey_answer": pd.DataFrame(answers, columns=[*head, "person_id", "role", "cohort", "period", "item", "answer",
                                                        "points", "is_complete"]),
        "comment": pd.DataFrame(comments, columns=[*head, "role", "cohort", "period", "item", "language", "comment"]),
    }  # fmt: skip


def _anonymous(rng) -> pd.DataFrame:
    rows = []
    for ground, groups in (("ethnicity", ["ETH0", "ETH1"]), ("disability", ["DIS0", "DIS1"])):
        for group in groups:
            for part in ("mentee", "mentor", "none"):
                for outcome in ("intention_to_stay", "career", "safety"):
                    n = int(rng.integers(3, 80))
                    points = rng.integers(1, 6, n)
                    rows.append(("2026Q3", ground, group, part, outcome, n, points.sum(), (points**2).sum()))
    return pd.DataFrame(rows, columns=["period", "ground", "group_code", "participation", "outcome", "n", "points_sum",
                                       "points_sumsq"])  # fmt: skip
