"""From profiles to a proposal."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from matching import flow, randomised, unmatched
from matching.applicants import Applicants, gather
from matching.assignment import Assignment
from matching.findings import examine
from matching.instance import SCALE
from matching.notes import add_remedies, write
from matching.problem import Problem
from matching.profiles import columns, optional_columns
from matching.proposal import Proposal, canonical, pairs_frame, plain
from matching.solving import solve
from matching.summary import summarise
from matching.text_similarity import Embed
from programme.config import Override, Programme


def match(mentees: pd.DataFrame, mentors: pd.DataFrame, programme: Programme, cohort: str, seed: int,
          on: dt.date | None = None, *, overrides: Sequence[Override] = (), objective: Sequence[str] | None = None,
          groups: pd.DataFrame | None = None, earlier: pd.DataFrame | None = None, embed: Embed | None = None,
          details: bool = True) -> Proposal:  # fmt: skip
    """Propose the best pairs of a cohort.

    `mentees`, `mentors`: the profile marts (see `matching.profiles.columns`), rows in any order. `on`: the day of the
    match decision, by default the cohort's. `overrides`: decisions beside those of programme.yaml, from a review
    workbook. `objective`: levels, by default programme.yaml's. `seed`: of the draw of places and of the draw among
    near-optimal pairs, where programme.yaml asks for them. `groups`: person_id and the dimensions of the fairness
    panel; nothing else is done with them. `earlier`: pairs of earlier rounds (see `rules.facts`). `embed`: a model for
    free texts (see `text_similarity.prepare`). `details`: False leaves out notes and findings, which solve the problem
    again many times.

    Every applicant is in a pair or among the unmatched with a reason. Raises MatchingError before any solving for
    columns or rows that cannot be read, applicants listed twice, and locks that contradict each other or a rule.
    """
    settings = programme.matching
    objective = tuple(objective or settings.objective)
    call = gather(mentees, mentors, programme, cohort, on, overrides=overrides, objective=objective, seed=seed,
                  earlier=earlier, embed=embed)  # fmt: skip
    problem = call.problem
    solved = solve(problem, settings.near_optimal)
    drawn = randomised.draw(solved.mentor_of, solved.alternatives, call.seed)
    pairs = _pairs(problem, drawn)
    left_over = unmatched.by_problem(problem, drawn.mentor_of)
    if details:
        add_remedies(left_over, problem, drawn.mentor_of)
    entries = _turned_away(call) + left_over
    return Proposal(
        programme=programme.name, cohort=cohort, match_on=call.match_on, seed=seed, objective=objective,
        solver=flow.solver(), inputs_hash=_hash([_rows(call.mentees), _rows(call.mentors)]),
        config_hash=_hash(_configuration(programme, cohort, call.decided)), weights=settings.weights.model_dump(),
        pairs=pairs, unmatched=_in_order(entries, call.mentees, call.mentors),
        summary=summarise(call.mentees, call.mentors, _is_open(call.turned_away_mentees),
                          _is_open(call.turned_away_mentors), pairs),
        certificate=solved.certificate, offers=call.offers,
        candidates=_candidates(solved), notes=write(call, drawn.mentor_of, solved.mentor_of) if details else None,
        findings=_findings(call, drawn.mentor_of, solved, groups, programme) if details else {},
    )  # fmt: skip


def _pairs(problem: Problem, drawn: randomised.Randomised) -> pd.DataFrame:
    left, right, locked = problem.mentees, problem.mentors, set(problem.locked)
    i = np.flatnonzero(drawn.mentor_of >= 0)
    j = drawn.mentor_of[i]
    odds = drawn.pairs.loc[drawn.pairs["is_drawn"], "probability"].to_numpy()
    frame = {
        "mentee_person_id": left["person_id"].to_numpy()[i],
        "mentor_person_id": right["person_id"].to_numpy()[j],
        "mentee_application_id": left["application_id"].to_numpy()[i],
        "mentor_application_id": right["application_id"].to_numpy()[j],
        "score": problem.score[i, j] / SCALE,
        **problem.components(i, j),
        "is_locked": np.array([pair in locked for pair in zip(i.tolist(), j.tolist(), strict=True)], dtype=bool),
        "probability": odds,
    }
    return pairs_frame(pd.DataFrame(frame).to_dict("records"), tuple(problem.formulas))


def _candidates(solved: Assignment) -> list[list[int]]:
    """What was drawn from: the optimum, which the certificate proves, and its alternatives; empty without a draw."""
    return [m.tolist() for m in (solved.mentor_of, *solved.alternatives)] if solved.alternatives else []


def _findings(
    call: Applicants, mentor_of: np.ndarray, solved: Assignment, groups: pd.DataFrame | None, programme: Programme
) -> dict[str, pd.DataFrame]:
    found = examine(call, mentor_of, solved, groups, programme.privacy.min_cell)
    return {name: plain(frame) for name, frame in found.items()}


def _turned_away(call: Applicants) -> list[dict[str, Any]]:
    """Whoever does not meet a demand on the person, and whoever was offered no place by lot."""
    entries = [
        unmatched.by_person(person, role, out)
        for role, people, why in (("mentee", call.mentees, call.turned_away_mentees),
                                  ("mentor", call.mentors, call.turned_away_mentors))
        for person, out in zip(people["person_id"], why, strict=True) if out
    ]  # fmt: skip
    if call.offers is not None:
        entries += [unmatched.by_lot(person) for person in call.offers.loc[~call.offers["is_offered"], "person_id"]]
    return entries


def _is_open(turned_away: list[list[Any]]) -> np.ndarray:
    return np.array([not rules for rules in turned_away], dtype=bool)


def _in_order(entries: list[dict[str, Any]], a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Mentees, then mentors, each by application number."""
    place = {("mentee", p): k for k, p in enumerate(a["person_id"])}
    place |= {("mentor", p): k + len(a) for k, p in enumerate(b["person_id"])}
    entries = sorted(entries, key=lambda e: place[e["role"], e["person_id"]])
    return pd.DataFrame(entries, columns=list(unmatched.COLUMNS), dtype=object)


def _configuration(programme: Programme, cohort: str, decided: list[Override]) -> dict[str, Any]:
    parts = {"weights", "rules", "preferred", "conflicts", "lottery", "objective", "near_optimal"}
    matching = programme.matching.model_dump(mode="json", include=parts)
    return matching | {
        "cohort": programme.cohort(cohort).model_dump(mode="json"),
        "training": [t.model_dump(mode="json") for t in programme.training],
        "eligibility": programme.eligibility.model_dump(mode="json"),
        "overrides": [o.model_dump(mode="json") for o in decided],
    }


def _rows(people: pd.DataFrame) -> list[list[Any]]:
    role = "mentor" if "capacity" in people.columns else "mentee"
    names = [*columns(role), *(c for c in optional_columns(role) if c in people.columns)]
    plain = people[names].astype(object)
    rows = plain.where(plain.notna(), None).to_numpy().tolist()
    return [[value.isoformat() if isinstance(value, dt.date) else value for value in row] for row in rows]


def _hash(data: Any) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()
