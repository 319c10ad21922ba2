"""One quarter's evaluation: every published table from the marts, before disclosure control."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evaluation.adjustments import adjustments
from evaluation.anonymous import anonymous_outcomes
from evaluation.cohort_metrics import cohort_metrics
from evaluation.effects import effects
from evaluation.facts import Facts
from evaluation.frames import ordered
from evaluation.goals import goals
from evaluation.key_factors import Sources, key_factors
from evaluation.psychometrics import survey_scales
from evaluation.tables import build
from evaluation.themes import themes
from evaluation.workforce import workforce
from programme.config import Programme
from programme.run_context import RunContext


def evaluate(frames: Mapping[str, pd.DataFrame], programme: Programme, context: RunContext) -> dict[str, pd.DataFrame]:
    """All published tables of a quarter but match_summary, with nothing hidden yet: never show them to anybody.

    `frames`: the marts as of the period's last day, by name: panel, survey_answer, comment, cohort_metric_base,
    programme_activity, anonymous, adjustment, milestone, training, pair_month, participant, pair, match_summary. A
    missing frame or column costs the figures that need it. The result depends on the rows, not on their order.
    """
    given = ordered(frames)
    period = context.period
    facts = Facts.of(given["cohort_metric_base"])

    def table(name: str, rows: object) -> pd.DataFrame:
        return build(name, rows, programme, context)

    survey = table("survey_scale", survey_scales(given["survey_answer"], programme, facts, period.label))
    return {
        "cohort_metric": table("cohort_metric", cohort_metrics(given, programme, facts)),
        "key_factor": table("key_factor", key_factors(Sources(given, facts, survey, programme, period))),
        "survey_scale": survey,
        "effect": table("effect", effects(given, programme, period)),
        "goal": table("goal", goals(given, programme, facts, survey, period)),
        "theme": table("theme", themes(given["comment"], period.label)),
        "anonymous_outcome": table("anonymous_outcome", anonymous_outcomes(given["anonymous"], period.label)),
        "workforce": table("workforce", workforce(given["panel"], period)),
        "adjustment": table("adjustment", adjustments(given["adjustment"])),
    }
