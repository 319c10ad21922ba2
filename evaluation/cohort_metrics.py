"""cohort_metric: the programme's operational figures, some of them by sex and age band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from evaluation.facts import Facts, share
from evaluation.people import baseline_attributes
from evaluation.tables import TOTAL
from programme.config import Programme

DIMENSIONS = ("sex", "age_band")


def cohort_metrics(frames: Mapping[str, pd.DataFrame], programme: Programme, facts: Facts) -> Iterator[dict[str, Any]]:
    """Rows of cohort_metric: every fact by cohort and in total, then those that can be told apart by sex and age.

    A figure is divided only if its groups add up to the undivided one: people without a panel row, or another
    definition, would otherwise make a difference that somebody could ask about.
    """
    for cohort in (*facts.cohorts, TOTAL):
        for metric in facts.metrics:
            fact = facts.get(cohort, metric)
            if fact is not None:
                yield fact.row(cohort=cohort, metric=metric, group_dimension=TOTAL, group_value=TOTAL)
    flags = _mentee_flags(frames, programme)
    for metric, people in flags.items():
        for cohort in (*sorted(set(people["cohort"])), TOTAL):
            own = people if cohort == TOTAL else people[people["cohort"] == cohort]
            whole = facts.get(cohort, metric)
            if whole is None or (whole.numerator, whole.denominator) != (float(own["flag"].sum()), float(len(own))):
                continue
            for dimension in DIMENSIONS:
                for group, members in own.groupby(dimension, sort=True):
                    yield share(float(members["flag"].sum()), float(len(members))).row(
                        cohort=cohort, metric=metric, group_dimension=dimension, group_value=str(group)
                    )


def _mentee_flags(frames: Mapping[str, pd.DataFrame], programme: Programme) -> dict[str, pd.DataFrame]:
    """Figures that are a yes or no of each mentee, with the mentee's sex and age band before the match."""
    attributes = baseline_attributes(frames["panel"], programme)
    mentees = frames["participant"][frames["participant"]["role"] == "mentee"]
    mentees = mentees.merge(attributes, on=["cohort", "person_id"], how="left")
    for dimension in DIMENSIONS:
        mentees[dimension] = mentees[dimension].fillna("").replace("", "unknown")
    available = mentees[mentees["is_eligible"] & mentees["has_consented"]]
    matched = mentees[mentees["is_matched"]]
    agreed = frames["milestone"][frames["milestone"]["kind"] == "goal"]
    with_goals = set(zip(agreed["cohort"], agreed["mentee_person_id"], strict=True))
    has_goal = [pair in with_goals for pair in zip(matched["cohort"], matched["person_id"], strict=True)]
    columns = ["cohort", *DIMENSIONS, "flag"]
    return {
        "match_share": available.assign(flag=available["is_matched"])[columns],
        "goals_agreed_share": matched.assign(flag=pd.Series(has_goal, index=matched.index, dtype=bool))[columns],
    }
