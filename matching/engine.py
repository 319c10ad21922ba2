"""From profiles to a proposal."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from matching import flow, rules, unmatched
from matching.assignment import Assignment, assign
from matching.errors import MatchingError, some
from matching.instance import SCALE
from matching.objectives import DEFAULT
from matching.problem import Problem, build
from matching.profiles import columns, read
from matching.proposal import Proposal, canonical, pairs_frame
from matching.summary import summarise
from programme.config import Override, Programme


def match(mentees: pd.DataFrame, mentors: pd.DataFrame, programme: Programme, cohort: str, seed: int,
          on: dt.date | None = None, *, overrides: Sequence[Override] = (),
          objective: Sequence[str] = DEFAULT) -> Proposal:  # fmt: skip
    """Propose the best pairs of a cohort.

    `mentees`, `mentors`: the profile marts (see `matching.profiles.columns`), rows in any order. `on`: the day of the
    match decision, by default the cohort's. `overrides`: decisions beside those of programme.yaml,
    from a review workbook.
    `seed`: recorded with the proposal; nothing is drawn at random yet.

    Every applicant is in a pair or among the unmatched with a reason. Raises MatchingError before any solving for
    columns or rows that cannot be read, applicants listed twice, and locks that contradict each other or a rule.
    """
    call = gather(mentees, mentors, programme, cohort, on, overrides=overrides, objective=objective)
    a, b, problem = call.mentees, call.mentors, call.problem
    left, right, out_a, out_b = problem.mentees, problem.mentors, call.turned_away_mentees, call.turned_away_mentors
    open_a, open_b = (np.array([not r for r in out], dtype=bool) for out in (out_a, out_b))
    solved = solve(problem)

    pairs = _pairs(problem, solved.mentor_of)
    lonely_a, lonely_b = np.flatnonzero(solved.mentor_of < 0), np.flatnonzero(solved.loads == 0)
    entries = [unmatched.by_person(p, "mentee", r) for p, r in zip(a["person_id"], out_a, strict=True) if r]
    entries += unmatched.by_pairs(left["person_id"], "mentee", lonely_a, problem.forbidden, problem.rule_codes)
    entries += [unmatched.by_person(p, "mentor", r) for p, r in zip(b["person_id"], out_b, strict=True) if r]
    entries += unmatched.by_pairs(right["person_id"], "mentor", lonely_b, problem.forbidden.T, problem.rule_codes)
    return Proposal(
        programme=programme.name, cohort=cohort, match_on=call.match_on, seed=seed, objective=tuple(objective),
        solver=flow.solver(),
        inputs_hash=_hash([_rows(a), _rows(b)]), config_hash=_hash(_configuration(programme, cohort, call.decided)),
        weights=programme.matching.weights.model_dump(), pairs=pairs, unmatched=_in_order(entries, a, b),
        summary=summarise(a, b, open_a, open_b, pairs), certificate=solved.certificate,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Call:
    """One round's applicants: all of them, why some may not be matched, and the problem of those who may.

    `turned_away_*`: for each applicant the rules that turn them away. `decided`: the overrides in force.
    """

    match_on: dt.date
    mentees: pd.DataFrame
    mentors: pd.DataFrame
    turned_away_mentees: list[list[rules.PersonalRule]]
    turned_away_mentors: list[list[rules.PersonalRule]]
    decided: list[Override]
    problem: Problem


def gather(mentees: pd.DataFrame, mentors: pd.DataFrame, programme: Programme, cohort: str,
           on: dt.date | None = None, *, overrides: Sequence[Override] = (),
           objective: Sequence[str] = DEFAULT) -> Call:  # fmt: skip
    """Read the applicants, apply the demands on people, and set up the problem. Arguments and errors as in `match`."""
    round_ = programme.cohort(cohort)
    on = on or round_.match_on
    decided = rules.in_force((*programme.matching.overrides, *overrides), cohort, on)
    a, b = read(mentees, "mentee", cohort), read(mentors, "mentor", cohort)
    out_a = rules.turned_away(a, "mentee", programme, round_)
    out_b = rules.turned_away(b, "mentor", programme, round_)
    open_a, open_b = (np.array([not r for r in out], dtype=bool) for out in (out_a, out_b))
    left, right = a[open_a].reset_index(drop=True), b[open_b].reset_index(drop=True)
    problem = build(left, right, programme.matching, tuple(objective), decided)
    locked = _locked(decided, a, b, problem, dict(zip(a["person_id"], out_a, strict=True)),
                     dict(zip(b["person_id"], out_b, strict=True)))  # fmt: skip
    return Call(on, a, b, out_a, out_b, decided, replace(problem, locked=tuple(locked)))


def solve(problem: Problem) -> Assignment:
    """The optimum, checked; RuntimeError if the checker refuses it."""
    i, j, score = problem.pairs()
    given: dict[str, Any] = {"n_mentees": len(problem.mentees), "capacity": problem.capacity,
                             "objective": problem.objective, "locked": problem.locked}  # fmt: skip
    solved = assign(i, j, score, **given)
    report = solved.certificate.verify(solved, i, j, score, **given)
    if not report:
        raise RuntimeError(f"the checker refuses the solver's result: {report.reason}")
    return solved


def _locked(decided: list[Override], a: pd.DataFrame, b: pd.DataFrame, problem: Problem, out_a: dict[str, list],
            out_b: dict[str, list]) -> list[tuple[int, int]]:  # fmt: skip
    """Locked pairs as indices; MatchingError names every lock that cannot be kept, and why."""
    left, right = problem.mentees, problem.mentors
    row_of = {p: k for k, p in enumerate(left["person_id"])}
    column_of = {p: k for k, p in enumerate(right["person_id"])}
    pairs: list[tuple[int, int]] = []
    problems: list[str] = []
    for o in decided:
        if o.kind != "lock":
            continue
        name = f"lock of {o.mentee_person_id} with {o.mentor_person_id} (by {o.author})"
        for role, person, out in (("mentee", o.mentee_person_id, out_a), ("mentor", o.mentor_person_id, out_b)):
            if person not in out:
                problems.append(f"{name}: the {role} has not applied to this cohort")
            elif out[person]:
                problems.append(f"{name}: the {role} may not be matched ({', '.join(r.code for r in out[person])})")
        if o.mentee_person_id not in row_of or o.mentor_person_id not in column_of:
            continue
        pair = row_of[o.mentee_person_id], column_of[o.mentor_person_id]
        broken = problem.broken(*pair)
        if broken:
            problems.append(f"{name}: required rules forbid the pair ({', '.join(broken)})")
        if any(pair[0] == other[0] for other in pairs):
            problems.append(f"{name}: the mentee is locked to another mentor too")
        pairs.append(pair)
    loads = np.bincount([j for _, j in pairs], minlength=len(right))
    for j in np.flatnonzero(loads > problem.capacity):
        problems.append(f"mentor {right['person_id'][j]}: {loads[j]} locked pairs, capacity {problem.capacity[j]}")
    if problems:
        raise MatchingError(f"matching.overrides: {some(problems, 10)}; lift the lock or the rule")
    return pairs


def _pairs(problem: Problem, mentor_of: np.ndarray) -> pd.DataFrame:
    left, right = problem.mentees, problem.mentors
    i = np.flatnonzero(mentor_of >= 0)
    j = mentor_of[i]
    frame = {
        "mentee_person_id": left["person_id"].to_numpy()[i],
        "mentor_person_id": right["person_id"].to_numpy()[j],
        "mentee_application_id": left["application_id"].to_numpy()[i],
        "mentor_application_id": right["application_id"].to_numpy()[j],
        "score": problem.score[i, j] / SCALE,
        **problem.components(i, j),
        "is_locked": np.array(
            [pair in problem.locked for pair in zip(i.tolist(), j.tolist(), strict=True)], dtype=bool
        ),
    }
    return pairs_frame(pd.DataFrame(frame).to_dict("records"))


def _in_order(entries: list[dict[str, Any]], a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Mentees, then mentors, each by application number."""
    place = {("mentee", p): k for k, p in enumerate(a["person_id"])}
    place |= {("mentor", p): k + len(a) for k, p in enumerate(b["person_id"])}
    entries = sorted(entries, key=lambda e: place[e["role"], e["person_id"]])
    return pd.DataFrame(entries, columns=list(unmatched.COLUMNS), dtype=object)


def _configuration(programme: Programme, cohort: str, decided: list[Override]) -> dict[str, Any]:
    matching = programme.matching.model_dump(mode="json", include={"weights", "rules"})
    return matching | {
        "cohort": programme.cohort(cohort).model_dump(mode="json"),
        "training": [t.model_dump(mode="json") for t in programme.training],
        "eligibility": programme.eligibility.model_dump(mode="json"),
        "overrides": [o.model_dump(mode="json") for o in decided],
    }


def _rows(people: pd.DataFrame) -> list[list[Any]]:
    role = "mentor" if "capacity" in people.columns else "mentee"
    plain = people[list(columns(role))].astype(object)
    rows = plain.where(plain.notna(), None).to_numpy().tolist()
    return [[value.isoformat() if isinstance(value, dt.date) else value for value in row] for row in rows]


def _hash(data: Any) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()
