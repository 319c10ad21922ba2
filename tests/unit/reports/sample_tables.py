"""Published tables of an invented quarter, for tests of the reports: every table of the contract, some cells hidden."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from programme.config import Programme
from programme.period import Period
from programme.run_context import RunContext, default_known_at
from reports.reading import COLUMNS, columns

PERIOD = "2026Q3"
TOTAL = "__total__"


def programme() -> Programme:
    """The programme of the sample organisation."""
    import sources

    # By path: the tests of the reports need the example's file, not the simulator.
    text = Path(sources.__path__[0], "sample", "programme.yaml").read_text(encoding="utf-8")
    return Programme.model_validate(yaml.safe_load(text))


def context(edition: str = "final", period: str = PERIOD) -> RunContext:
    """A run of that period's edition."""
    quarter = Period.parse(period)
    moment = (
        dt.datetime(2026, 12, 1, 6, tzinfo=dt.UTC)
        if edition.startswith("corrected")
        else default_known_at(quarter, edition)
    )
    return RunContext("adept-sample", quarter, moment, edition, "run-that-nobody-may-see", "c0de" * 4, "c0f1" * 4)


class _Table:
    """Rows of one table, filled up with the common columns."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        *codes: Any,
        value: float | None = None,
        n: int | None = None,
        cohort: str = "2025",
        hidden: bool = False,
        low: float | None = None,
        high: float | None = None,
        **more: Any,
    ) -> None:
        common = {"programme": "adept-sample", "period": PERIOD, "edition": "final", "cohort": cohort}
        plain = ("metric", "unit") if self.name == "match_summary" else COLUMNS[self.name]
        own = dict(zip(plain, codes, strict=False))
        # A hidden row keeps its figures here on purpose: the reports must not show them whatever they are handed.
        tail = {
            "value": value,
            "n": n,
            "is_hidden": hidden,
            "hidden_reason": "threshold" if hidden else "",
            "low": low,
            "high": high,
        }
        self.rows.append({**common, **own, **more, **tail})

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows).reindex(columns=list(columns(self.name)))


def tables() -> dict[str, pd.DataFrame]:
    """All published tables of one quarter; hidden rows hold 987654 or 0.987654, which no report may show."""
    made = [
        _metrics(),
        _factors(),
        _scales(),
        _effects(),
        _goals(),
        _themes(),
        _anonymous(),
        _workforce(),
        _adjustments(),
        _matches(),
    ]
    return {table.name: table.frame() for table in made}


def empty_tables() -> dict[str, pd.DataFrame]:
    """All published tables without a row."""
    return {name: frame.iloc[:0] for name, frame in tables().items()}


def hidden_tables() -> dict[str, pd.DataFrame]:
    """All published tables, every row hidden."""
    return {name: frame.assign(is_hidden=True) for name, frame in tables().items()}


def _metrics() -> _Table:
    table = _Table("cohort_metric")
    for cohort, pairs in (("2024", 118), ("2025", 136)):
        table.add("pairs", TOTAL, TOTAL, "count", value=pairs, n=2 * pairs, cohort=cohort)
        table.add("match_share", TOTAL, TOTAL, "share", value=0.86, n=158, cohort=cohort)
        table.add("match_share", "sex", "female", "share", value=0.88, n=96, cohort=cohort)
        table.add("match_share", "sex", "male", "share", value=0.83, n=62, cohort=cohort)
        for i, band in enumerate(("-29", "30-39", "40-49", "50-59")):
            table.add("match_share", "age_band", band, "share", value=0.81 + 0.02 * i, n=40, cohort=cohort)
            table.add("goals_agreed_share", "age_band", band, "share", value=0.93 - 0.03 * i, n=34, cohort=cohort)
        table.add("match_share", "sex", "other", "share", value=0.987654, n=987654, cohort=cohort, hidden=True)
    return table


def _factors() -> _Table:
    table = _Table("key_factor")
    rows = [
        ("leadership", "leaders_who_mentor_share", "share", 0.34),
        ("leadership", "sponsor_named", "count", 1),
        ("leadership", "leader_attendances", "events", 14),
        ("leadership", "hours_used_share", "share", 0.62),
        ("clarity", "kickoff_share", "share", 0.93),
        ("clarity", "goals_agreed_share", "share", 0.88),
        ("clarity", "milestones_agreed_share", "share", 0.79),
        ("recruitment", "volunteer_share", "share", 0.64),
        ("recruitment", "manager_share", "share", 0.23),
        ("recruitment", "hr_share", "share", 0.13),
        ("culture", "psychological_safety", "points", 3.87),
        ("culture", "belonging", "points", 3.62),
        ("networking", "group_attendance_share", "share", 0.58),
        ("networking", "group_meetings", "count", 6),
        ("networking", "new_contacts_per_person", "mean", 2.4),
        ("mentor_training", "inclusion_share", "share", 1.0),
        ("mentor_training", "mentoring_technique_share", "share", 0.97),
        ("follow_up", "follow_up_share", "share", 0.66),
        ("follow_up", "feedback_share", "share", 0.987654),
        ("outcomes", "wellbeing", "points", 3.81),
        ("outcomes", "promotion_share", "share", 0.037),
        ("outcomes", "voluntary_turnover_share", "share", 0.021),
        ("adjustment", "adjustments", "count", 4),
        ("adjustment", "adjustments_improved", "count", 2),
    ]
    for cohort, shift, months in (("2024", -0.05, 12), ("2025", 0.0, 11)):
        for factor, indicator, unit, value in rows:
            moved = value + shift if unit == "share" and value < 0.98 and value > 0.1 else value
            table.add(
                factor, indicator, "", unit, value=moved, n=136, cohort=cohort, hidden=indicator == "feedback_share"
            )
        for month in range(1, months + 1):
            value = 0.97 - 0.018 * month + shift + (0.02 if month % 3 == 0 else 0)
            hidden = cohort == "2025" and month == 5
            table.add(
                "long_view",
                "pairs_meeting_share",
                f"M{month:02d}",
                "share",
                n=136,
                cohort=cohort,
                hidden=hidden,
                value=0.987654 if hidden else value,
            )
    return table


def _scales() -> _Table:
    table = _Table("survey_scale")
    for role, n, step in (("mentee", 109, 0.0), ("mentor", 87, 0.15), ("employee", 641, -0.31)):
        table.add(role, TOTAL, "response_share", "share", value=0.72 + step / 2, n=n, cohort=TOTAL)
        for scale, mean, alpha in (
            ("wellbeing", 3.81, 0.86),
            ("psychological_safety", 3.87, 0.79),
            ("belonging", 3.62, 0.74),
            ("career_satisfaction", 3.55, 0.81),
            ("relationship_quality", 4.21, 0.9),
        ):
            if role == "employee" and scale == "relationship_quality":
                continue
            hidden = role == "mentor" and scale == "belonging"
            table.add(
                role, scale, "mean", "points", value=987654 if hidden else mean + step, n=n, cohort=TOTAL, hidden=hidden
            )
            table.add(role, scale, "alpha", "coefficient", value=alpha, n=n, cohort=TOTAL)
        table.add(role, "network_size", "mean", "count", value=7.4 + 3 * step, n=n, cohort=TOTAL)
    return table


def _effects() -> _Table:
    table = _Table("effect")
    for outcome, naive, adjusted, half, wording, step in (
        ("retention", 0.071, 0.043, 0.031, "consistent_with", 0.052),
        ("promotion", 0.052, 0.016, 0.028, "associated_with", 0.047),
        ("wellbeing", 0.34, 0.21, 0.13, "associated_with", 0.19),
        ("network_size", 2.6, 1.9, 0.7, "consistent_with", 1.0),
    ):
        for design, value in (("naive", naive), ("weighting", adjusted)):
            table.add(
                outcome,
                design,
                "difference" if design == "naive" else "ATT",
                "" if design == "naive" else wording,
                "4",
                "difference",
                value=value,
                n=1240,
                cohort="2024",
                low=value - half,
                high=value + half,
                n_treated=118,
                n_control=1122,
                effective_sample_size=402.3,
                minimum_detectable_effect=step,
                p_value=0.004,
                p_adjusted=0.012,
                e_value=1.74,
                max_smd_before=0.41,
                max_smd_after=0.03,
                status="ok",
            )
        for design in ("naive", "weighting"):
            wording = "" if design == "naive" else "too_little_data"
            table.add(outcome, design, "ATT", wording, "4", "difference", cohort="2025", status="not_yet")
    return table


def _goals() -> _Table:
    table = _Table("goal")
    now = {
        "matched": 0.86,
        "introduced": 0.93,
        "trained": 0.97,
        "meeting": 1.13,
        "planned": 0.88,
        "milestones": 0.64,
        "relationship": 4.21,
        "wellbeing": 3.81,
        "safety": 987654,
        "network": 7.4,
        "staying": 0.021,
    }
    for goal in programme().goals:
        unit = "share" if goal.metric.endswith("_share") else "mean"
        table.add(
            goal.name,
            goal.metric,
            goal.baseline,
            goal.target,
            goal.target_date,
            unit,
            value=now[goal.name],
            n=136,
            hidden=goal.name == "safety",
        )
    return table


def _themes() -> _Table:
    table = _Table("theme")
    for role, n in (("mentee", 84), ("mentor", 61)):
        table.add(role, TOTAL, TOTAL, "people", value=n, n=n, cohort=TOTAL)
        for i, theme in enumerate(("time", "relationship", "career", "network", "structure")):
            hidden = theme == "structure"
            value = 987654 if hidden else n // 2 - 7 * i
            table.add(role, theme, TOTAL, "people", value=value, n=value, hidden=hidden, cohort=TOTAL)
    return table


def _anonymous() -> _Table:
    table = _Table("anonymous_outcome")
    for ground in ("ETH", "DIS"):
        for group in ("1", "0"):
            for part, step in (("mentee", 0.3), ("mentor", 0.2), ("none", 0.0)):
                hidden = ground == "DIS" and group == "1" and part != "none"
                for outcome in ("intention_to_stay", "safety"):
                    table.add(
                        ground,
                        ground + group,
                        part,
                        outcome,
                        "points",
                        value=987654 if hidden else 3.4 + step,
                        n=73,
                        hidden=hidden,
                        cohort=TOTAL,
                    )
    return table


def _workforce() -> _Table:
    table = _Table("workforce")
    groups = [(TOTAL, TOTAL, 4983), ("sex", "female", 2611), ("sex", "male", 2352), ("sex", "other", 20)]
    groups += [
        ("age_band", band, n)
        for band, n in (("-29", 730), ("30-39", 1402), ("40-49", 1399), ("50-59", 1011), ("60-", 441))
    ]
    for i, (dimension, group, n) in enumerate(groups):
        hidden = group == "other"
        for metric, value in (
            ("headcount", n),
            ("turnover_share", 0.034),
            ("turnover_share_4q", 0.131),
            ("voluntary_turnover_share_4q", 0.081),
            ("promotion_share_4q", 0.062),
            ("manager_share", 0.11),
        ):
            shown = value if metric == "headcount" else value * (1 + 0.07 * (i % 4))
            table.add(
                dimension,
                group,
                metric,
                "count" if metric == "headcount" else "share",
                n=n,
                cohort=TOTAL,
                value=987654 if hidden else shown,
                hidden=hidden,
            )
    return table


def _adjustments() -> _Table:
    table = _Table("adjustment")
    for number, area, month, result, cohort in (
        ("J1", "training", 2, "improved", "2024"),
        ("J2", "meetings", 5, "improved", "2024"),
        ("J3", "networking", 2, "unchanged", "2025"),
        ("J4", "information", 6, "pending", "2025"),
    ):
        day = dt.date(2025 if cohort == "2024" else 2026, month, 14)
        table.add(number, area, day, day.replace(month=month + 3), result, "count", value=1, n=None, cohort=cohort)
    return table


def _matches() -> _Table:
    table = _Table("match_summary")
    for cohort, pairs, mentees in (("2024", 118, 141), ("2025", 136, 158)):
        for metric, unit, value in (
            ("matched", "count", pairs),
            ("applicants", "count", mentees),
            ("mentors_used", "count", 97),
            ("match_share", "share", pairs / mentees),
            ("mean_score", "score", 0.63),
        ):
            table.add(metric, unit, value=value, n=mentees, cohort=cohort)
        table.add("worst_score", "score", value=0.987654, n=pairs, cohort=cohort, hidden=True)
    return table
