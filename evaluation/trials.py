"""Target trials: who is compared with whom from when, as if the offer had been a trial.

Time zero is the match decision in both arms. Nothing that happened after it decides who is compared: drop-outs stay
treated, and whoever of the comparison becomes a mentee later stays in the comparison (as in a trial, by first offer).
Source: Hernán and Robins (2016), American Journal of Epidemiology 183:758-764; TARGET statement (2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.people import baseline_period
from evaluation.psychometrics import respondents, scores_of
from programme.config import Cohort, Condition, Programme
from programme.period import Period

SURVEY_OUTCOMES = ("wellbeing", "network_size", "career_satisfaction", "belonging", "psychological_safety")
BINARY_OUTCOMES = ("retention", "promotion", "internal_move")
_NUMERIC = ("level", "pay_band", "tenure_years", "full_time_equivalent")
_EVENT = {"promotion": "is_promoted", "internal_move": "is_moved"}
_RARE = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """People at risk at time zero: frame with person_id, is_treated and the covariates of the quarter before."""

    cohort: Cohort
    people: pd.DataFrame
    covariates: tuple[str, ...]

    def reading(self, quarters: int) -> Period:
        """The quarter that lies so many full quarters after the offer."""
        return Period.containing(self.cohort.match_on).shift(quarters)


def trial(frames: Mapping[str, pd.DataFrame], programme: Programme, cohort: Cohort, comparison: str) -> Trial:
    """The trial of one cohort against one pool; pools are never merged.

    "eligible_non_applicants": employees who fulfil the eligibility rules before time zero and have until then neither
    applied nor taken part, as mentee or mentor. "unmatched_applicants": mentee applicants of the cohort whom the
    matching left without a mentor. Everybody must be employed at the end of the quarter before the match, and must
    not have left before the match as far as the panel tells (`left_on`).
    """
    panel, participant = frames["panel"], frames["participant"]
    before = baseline_period(cohort)
    base = panel[(panel["period"] == before.label) & panel["is_active"]].drop_duplicates("person_id")
    offer = panel[panel["period"] == before.shift(1).label]
    gone = set(offer.loc[offer["left_on"].notna() & (offer["left_on"] < pd.Timestamp(cohort.match_on)), "person_id"])
    base = base[~base["person_id"].isin(gone)]

    of_cohort = participant[participant["cohort"] == cohort.name]
    matched = set(of_cohort.loc[(of_cohort["role"] == "mentee") & of_cohort["is_matched"], "person_id"])
    if comparison == "unmatched_applicants":
        pool = set(of_cohort.loc[(of_cohort["role"] == "mentee") & ~of_cohort["is_matched"], "person_id"]) - matched
    else:
        by_then = {c.name for c in programme.cohorts if c.match_on <= cohort.match_on}
        known = set(participant.loc[participant["cohort"].isin(by_then), "person_id"])
        pool = set(base.loc[_eligible(base, programme.eligibility.mentee), "person_id"]) - known
    # Someone with an earlier round of mentoring is no new case, and is in no arm of this trial.
    earlier = {c.name for c in programme.cohorts if c.match_on < cohort.match_on}
    had = participant["cohort"].isin(earlier) & (participant["role"] == "mentee") & participant["is_matched"]
    pool, matched = (arm - set(participant.loc[had, "person_id"]) for arm in (pool, matched))
    people = base[base["person_id"].isin(matched | pool)].copy()
    people["is_treated"] = people["person_id"].isin(matched)
    if "prior_promotion" in programme.analysis.covariates:
        year = {p.label for p in before.shift(-3).until(before)}
        promoted = set(panel.loc[panel["period"].isin(year) & panel["is_promoted"], "person_id"])
        people["prior_promotion"] = people["person_id"].isin(promoted).astype(float)
    return Trial(cohort, people.reset_index(drop=True), tuple(programme.analysis.covariates))


def _eligible(base: pd.DataFrame, conditions: tuple[Condition, ...]) -> np.ndarray:
    fits = np.ones(len(base), dtype=bool)
    for condition in conditions:
        values = base[condition.field]
        if condition.at_least is not None:
            fits &= (pd.to_numeric(values, errors="coerce") >= condition.at_least).to_numpy()
        if condition.at_most is not None:
            fits &= (pd.to_numeric(values, errors="coerce") <= condition.at_most).to_numpy()
        if condition.one_of is not None:
            fits &= values.map(_as_text).isin(condition.one_of).to_numpy()
    return fits


def _as_text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def design_matrix(people: pd.DataFrame, covariates: tuple[str, ...]) -> pd.DataFrame:
    """Covariates as numbers: a column for each category, one for all with fewer than five treated or controls."""
    columns: dict[str, np.ndarray] = {}
    treated = people["is_treated"].to_numpy(dtype=bool)
    for name in covariates:
        if name in (*_NUMERIC, "is_manager", "prior_promotion"):
            columns[name] = people[name].to_numpy(dtype=float)
            continue
        codes = people[name].replace("", "unknown")
        counts = pd.DataFrame({"t": codes[treated].value_counts(), "c": codes[~treated].value_counts()}).fillna(0)
        rare = set(counts.index[(counts < _RARE).any(axis=1)])
        codes = codes.where(~codes.isin(rare), "rare")
        # The most common category is the one that the others are told from.
        levels = sorted(set(codes))
        common = max(levels, key=lambda level: (int((codes == level).sum()), level), default="")
        for level in levels:
            if level != common:
                columns[f"{name}={level}"] = (codes == level).to_numpy(dtype=float)
    return pd.DataFrame(columns, index=people.index)


def outcome(
    frames: Mapping[str, pd.DataFrame], programme: Programme, one: Trial, name: str, quarters: int
) -> np.ndarray:
    """The outcome of each person of a trial so many full quarters after the offer; nan where it was not measured.

    "retention": still employed on the quarter's last day. "promotion", "internal_move": at least one in the full
    quarters since the offer; who leaves without one has none (leaving competes with it). Others: the survey's score
    in that quarter, where a parental leave or a missing answer leaves a gap and never a nought.
    """
    panel, reading = frames["panel"], one.reading(quarters)
    persons = one.people["person_id"]
    if name == "retention":
        there = panel.loc[(panel["period"] == reading.label) & panel["is_active"], "person_id"]
        return persons.isin(set(there)).to_numpy(dtype=float)
    if name in _EVENT:
        span = {p.label for p in one.reading(1).until(reading)}
        happened = panel.loc[panel["period"].isin(span) & panel[_EVENT[name]], "person_id"]
        return persons.isin(set(happened)).to_numpy(dtype=float)
    answers = frames["survey_answer"]
    answers = answers[(answers["period"] == reading.label) & answers["is_complete"] & (answers["role"] != "mentor")]
    scores = scores_of(answers, programme, name)
    people = respondents(answers).reindex(scores.index).assign(score=scores)
    people = people[people["person_id"] != ""]
    # One survey for mentees, another for the comparison: each arm's own is the one that counts.
    found = np.full(len(persons), np.nan)
    treated = one.people["is_treated"].to_numpy(dtype=bool)
    for arm, role in ((treated, "mentee"), (~treated, "employee")):
        own = people[people["role"] == role].drop_duplicates("person_id", keep="last").set_index("person_id")["score"]
        found[arm] = persons[arm].map(own).to_numpy(dtype=float)
    return found
