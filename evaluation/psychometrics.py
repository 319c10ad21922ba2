"""survey_scale: scores of the survey's scales, and how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from evaluation.facts import Facts
from evaluation.intervals import mean_of_sums
from evaluation.tables import TOTAL
from programme.config import Programme, Scale

# Single items beside the scales. `True`: points of 1 to 5; `False`: a number that the respondent wrote.
SINGLE_ITEMS = {"network_size": ("NET", False), "hours_used": ("HOURS", False), "intention_to_stay": ("STAY", True),
                "goals_reached": ("GOALS", True)}  # fmt: skip
MIN_FOR_ALPHA = 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its 95 % interval, from n people who answered all of n_items."""

    estimate: float
    low: float
    high: float
    n: int
    n_items: int
    status: str
    reason: str


def cronbach_alpha(items: pd.DataFrame | np.ndarray) -> Reliability:
    """Internal consistency of items (n people x k items, nan where not answered); complete rows count.

    Fewer than two items, fewer than ten complete rows or a sum without variance give status "too_little_data".
    Sources: Cronbach (1951), Psychometrika 16:297-334; interval: Feldt, Woodruff and Salih (1987), Applied
    Psychological Measurement 11:93-103.
    """
    values = np.asarray(items, dtype=float)
    values = values.reshape(len(values), -1)
    values = values[(np.abs(values) < 1e100).all(axis=1)]  # nan compares as false
    n, k = values.shape
    nan = math.nan
    if k < 2 or n < MIN_FOR_ALPHA:
        return Reliability(nan, nan, nan, n, k, "too_little_data", f"{k} items answered in full by {n} people")
    of_sum = float(values.sum(axis=1).var(ddof=1))
    if of_sum <= 1e-12:
        return Reliability(nan, nan, nan, n, k, "too_little_data", "everybody answered the same")
    alpha = k / (k - 1) * (1 - float(values.var(axis=0, ddof=1).sum()) / of_sum)
    df1, df2 = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(special.fdtri(df1, df2, 0.975))
    high = 1 - (1 - alpha) * float(special.fdtri(df1, df2, 0.025))
    return Reliability(alpha, low, high, n, k, "ok", "")


def item_points(answers: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Points of a scale's items: one row a response (index survey_id, response_id), one column an item, nan if missing.

    Points outside the scale are none ("do not know" carries 0); reversed items are turned round.
    """
    own = answers[answers["item"].isin(scale.items) & answers["points"].between(scale.low, scale.high)]
    wide = own.pivot_table(index=["survey_id", "response_id"], columns="item", values="points", aggfunc="last")
    wide = wide.reindex(columns=list(scale.items))
    for item in scale.reversed_items:
        wide[item] = scale.low + scale.high - wide[item]
    return wide


def scale_scores(points: pd.DataFrame, scale: Scale) -> pd.Series:
    """The mean of the items that a person answered; nan below the scale's share of items (missing is never nought)."""
    answered = points.notna().sum(axis=1)
    enough = (answered >= 1) & (answered + 1e-9 >= scale.min_answered * len(scale.items))
    return points.mean(axis=1).where(enough)


def scores_of(answers: pd.DataFrame, programme: Programme, name: str) -> pd.Series:
    """One number a response (index survey_id, response_id) for a scale or single item; empty if unknown."""
    for scale in programme.scales:
        if scale.name == name:
            return scale_scores(item_points(answers, scale), scale).dropna()
    if name not in SINGLE_ITEMS:
        return pd.Series(dtype=float)
    item, is_points = SINGLE_ITEMS[name]
    own = answers[answers["item"] == item]
    numbers = own["points"].where(own["points"].between(1, 5)) if is_points else _written(own)
    index = pd.MultiIndex.from_frame(own[["survey_id", "response_id"]])
    found = pd.Series(numbers.to_numpy(dtype=float), index=index).dropna()
    return found[~found.index.duplicated(keep="last")]


def _written(own: pd.DataFrame) -> pd.Series:
    numbers = pd.to_numeric(own["answer"].str.replace(",", ".", regex=False), errors="coerce")
    return numbers.where(np.isfinite(numbers) & (numbers >= 0))


def respondents(answers: pd.DataFrame) -> pd.DataFrame:
    """Role, cohort and person of each response, indexed like the scores."""
    first = answers.drop_duplicates(["survey_id", "response_id"])
    return first.set_index(["survey_id", "response_id"])[["role", "cohort", "person_id"]]


def survey_scales(answers: pd.DataFrame, programme: Programme, facts: Facts, period: str) -> Iterator[dict[str, Any]]:
    """Rows of survey_scale from the complete responses of one period: mean, sd, alpha, response share."""
    own = answers[(answers["period"] == period) & answers["is_complete"]]
    people = respondents(own)
    planned = {scale.name: scale for scale in programme.scales}
    for name in [*planned, *(n for n in SINGLE_ITEMS if n not in planned)]:
        scores = scores_of(own, programme, name)
        points = item_points(own, planned[name]) if name in planned else None
        for role, cohort, index in _groups(people, scores.index):
            values = scores.loc[index].to_numpy()
            unit = "count" if name == "network_size" else "hours" if name == "hours_used" else "points"
            mean, deviation, interval = mean_of_sums(len(values), math.fsum(values), math.fsum(values * values))
            keys = {"cohort": cohort, "role": role, "scale": name, "n": len(values)}
            yield {**keys, "statistic": "mean", "unit": unit, "value": mean, "low": interval.low, "high": interval.high}
            yield {**keys, "statistic": "sd", "unit": unit, "value": deviation}
            if points is not None and points.shape[1] > 1:
                alpha = cronbach_alpha(points.loc[index])
                yield {**keys, "statistic": "alpha", "unit": "coefficient", "value": alpha.estimate, "n": alpha.n,
                       "low": alpha.low, "high": alpha.high}  # fmt: skip
    yield from _response_shares(facts)


def _groups(people: pd.DataFrame, index: pd.MultiIndex) -> Iterator[tuple[str, str, pd.MultiIndex]]:
    known = people.reindex(index)
    for role, members in known.groupby("role", sort=True):
        # The comparison survey belongs to no cohort's participants: it is one group.
        cohorts = [] if role == "employee" else sorted(c for c in set(members["cohort"]) if c)
        for cohort in [*cohorts, TOTAL]:
            chosen = members if cohort == TOTAL else members[members["cohort"] == cohort]
            yield str(role), cohort, chosen.index


def _response_shares(facts: Facts) -> Iterator[dict[str, Any]]:
    for cohort in (*facts.cohorts, TOTAL):
        for role in ("mentee", "mentor", "employee"):
            fact = facts.get(cohort, f"response_share_{role}")
            if fact is not None:
                yield fact.row(cohort=cohort, role=role, scale=TOTAL, statistic="response_share")
