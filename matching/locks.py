"""Locked pairs: decisions of the programme office that the matching must keep."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matching.errors import MatchingError, some
from matching.problem import Problem
from programme.config import Override


def locked(decided: list[Override], a: pd.DataFrame, b: pd.DataFrame, problem: Problem, out_a: dict[str, list],
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
