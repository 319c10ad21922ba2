"""effect: outcomes of mentees against the planned comparison, plain and weighted, at the pre-registered reading."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from evaluation.estimators import Effect, att, benjamini_hochberg, e_value, holm, minimum_detectable_effect
from evaluation.ladder import Gates, climb
from evaluation.tables import TOTAL
from evaluation.trials import BINARY_OUTCOMES, Trial, design_matrix, outcome, trial
from programme.config import Outcome, Programme
from programme.period import Period

_BALANCED = 0.1
_SEED = 20240101
# The plain comparison carries no claim, however weak.
_NO_CLAIM = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    plan: Outcome
    cohort: str
    effect: Effect | None  # None: the reading quarter is not over yet


def effects(frames: Mapping[str, pd.DataFrame], programme: Programme, period: Period) -> Iterator[dict[str, Any]]:
    """Rows of effect: two (naive, weighting) for each outcome of the plan, by cohort and over cohorts already read.

    Before an outcome's reading quarter its rows have status "not_yet"; from then on they repeat the one reading that
    was registered. P values are corrected by Holm over the plan's primary outcomes and by Benjamini and Hochberg over
    its secondary ones, counting outcomes not yet read.
    """
    started = [c for c in programme.cohorts if c.match_on <= period.end]
    trials: dict[tuple[str, str], Trial] = {}
    for cohort in started:
        for comparison in sorted({o.comparison for o in programme.analysis.outcomes}):
            trials[cohort.name, comparison] = trial(frames, programme, cohort, comparison)
    readings: dict[str, list[_Reading]] = {name: [] for name in (*(c.name for c in started), TOTAL)}
    for plan in programme.analysis.outcomes:
        ready = []
        for cohort in started:
            one = trials[cohort.name, plan.comparison]
            is_over = one.reading(plan.reading_quarter) <= period
            if is_over:
                ready.append((one, outcome(frames, programme, one, plan.name, plan.reading_quarter)))
            readings[cohort.name].append(_Reading(plan, cohort.name, _estimate(ready[-1:]) if is_over else None))
        if started:
            # One cohort read so far: the estimate over all cohorts is that one, not worth computing again.
            pooled = (
                readings[ready[0][0].cohort.name][-1].effect if len(ready) == 1 else _estimate(ready) if ready else None
            )
            readings[TOTAL].append(_Reading(plan, TOTAL, pooled))
    for family in readings.values():
        yield from _rows(family)


def _estimate(ready: list[tuple[Trial, np.ndarray]]) -> Effect:
    """Entropy-balanced ATT; several cohorts are stacked, compared within themselves, errors clustered by person."""
    people = pd.concat([one.people.assign(cohort=one.cohort.name, y=y) for one, y in ready], ignore_index=True)
    people = people[people["y"].notna()].reset_index(drop=True)
    X = design_matrix(people, ready[0][0].covariates)
    several = {"cluster": people["person_id"], "strata": people["cohort"]} if len(ready) > 1 else {}
    treated = people["is_treated"].to_numpy(dtype=float)
    return att(people["y"].to_numpy(dtype=float), treated, X, "entropy", seed=_SEED, **several)


def _rows(family: list[_Reading]) -> Iterator[dict[str, Any]]:
    adjusted = _adjusted(family)
    for reading, p_adjusted in zip(family, adjusted, strict=True):
        plan, effect = reading.plan, reading.effect
        common = {"cohort": reading.cohort, "outcome": plan.name, "reading_quarter": str(plan.reading_quarter),
                  "unit": "difference"}  # fmt: skip
        if effect is None:
            for design, estimand in (("naive", "difference"), ("weighting", "ATT")):
                yield {**common, "design": design, "estimand": estimand, "status": "not_yet",
                       "wording": _NO_CLAIM if design == "naive" else "too_little_data"}  # fmt: skip
            continue
        common |= {"n": effect.n_treated + effect.n_control, "n_treated": effect.n_treated,
                   "n_control": effect.n_control}  # fmt: skip
        yield {**common, "design": "naive", "estimand": "difference", **_naive(plan, effect)}
        yield {**common, "design": "weighting", "estimand": effect.estimand, **_weighted(plan, effect, p_adjusted)}


def _adjusted(family: list[_Reading]) -> np.ndarray:
    p = np.array([math.nan if r.effect is None else r.effect.p_value for r in family], dtype=float)
    found = np.full(len(family), math.nan)
    for rank, correct in (("primary", holm), ("secondary", benjamini_hochberg)):
        own = np.array([r.plan.rank == rank for r in family], dtype=bool)
        found[own] = correct(p[own])
    return found


def _naive(plan: Outcome, effect: Effect) -> dict[str, Any]:
    if not math.isfinite(effect.naive):
        return {"wording": _NO_CLAIM, "status": "too_little_data"}
    half = float(special.ndtri(0.975)) * effect.naive_se
    p = float(2 * special.ndtr(-abs(effect.naive) / effect.naive_se)) if effect.naive_se > 0 else math.nan
    return {
        "value": effect.naive, "low": effect.naive - half, "high": effect.naive + half, "p_value": p,
        "minimum_detectable_effect": minimum_detectable_effect(effect.naive_se), "status": "ok",
        "max_smd_before": _largest(effect, "smd_before"), "wording": _NO_CLAIM,
    }  # fmt: skip


def _weighted(plan: Outcome, effect: Effect, p_adjusted: float) -> dict[str, Any]:
    detectable = minimum_detectable_effect(effect.se)
    after = _largest(effect, "smd_after")
    gates = Gates(
        has_estimate=effect.status == "ok",
        is_balanced=after < _BALANCED,
        has_overlap=effect.status == "ok",
        is_powered=detectable <= plan.smallest_effect,
        # Parallel trends and unmeasured causes are not examined by weighting alone: their gates stay shut.
    )
    risk_ratio = math.nan
    if plan.name in BINARY_OUTCOMES and effect.status == "ok" and effect.mean_control > 0:
        risk_ratio = effect.mean_treated / effect.mean_control
    return {
        "value": effect.estimate, "low": effect.low, "high": effect.high, "effective_sample_size": effect.ess,
        "minimum_detectable_effect": detectable, "p_value": effect.p_value, "p_adjusted": p_adjusted,
        "e_value": e_value(risk_ratio), "max_smd_before": _largest(effect, "smd_before"), "max_smd_after": after,
        "status": effect.status, "wording": climb(gates).wording,
    }  # fmt: skip


def _largest(effect: Effect, column: str) -> float:
    values = effect.balance[column].abs() if len(effect.balance) else pd.Series(dtype=float)
    return float(values.max()) if values.notna().any() else math.nan
