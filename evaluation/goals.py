"""goal: the programme's goals against what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.facts import Facts
from evaluation.key_factors import mentee_share
from evaluation.tables import TOTAL
from programme.config import Programme
from programme.period import Period

FROM_PANEL = {"voluntary_turnover_share": "has_left_voluntarily", "promotion_share": "is_promoted"}
FROM_SURVEY = ("relationship_quality", "wellbeing", "psychological_safety", "network_size")


def goals(
    frames: dict[str, pd.DataFrame], programme: Programme, facts: Facts, survey: pd.DataFrame, period: Period
) -> Iterator[dict[str, Any]]:
    """One row a goal and cohort, and one over all cohorts; a goal that nobody could measure yet has no figure.

    People's outcomes are those of mentees: of all who are employed in the quarter, or who answered in it.
    """
    started = [c.name for c in programme.cohorts if c.match_on <= period.end]
    for cohort in (*started, TOTAL):
        for goal in programme.goals:
            figure = _figure(frames, facts, survey, period, cohort, goal.metric)
            yield {
                "unit": "share" if goal.metric.endswith("_share") else "mean", **figure, "cohort": cohort,
                "goal": goal.name, "metric": goal.metric, "baseline": goal.baseline, "target": goal.target,
                "target_date": goal.target_date,
            }  # fmt: skip


def _figure(
    frames: dict[str, pd.DataFrame], facts: Facts, survey: pd.DataFrame, period: Period, cohort: str, metric: str
) -> dict[str, Any]:
    if metric in FROM_SURVEY:
        rows = survey[(survey["cohort"] == cohort) & (survey["role"] == "mentee") & (survey["scale"] == metric)]
        rows = rows[rows["statistic"] == "mean"]
        return {} if rows.empty else rows.iloc[0][["value", "n", "low", "high", "unit"]].to_dict()
    if metric in FROM_PANEL:
        fact = mentee_share(frames, cohort, period, FROM_PANEL[metric])
    else:
        fact = facts.get(cohort, metric)
    return {} if fact is None else fact.row()
