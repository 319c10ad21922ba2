"""A problem solved, and the solution checked by the independent checker before anybody sees it."""

from __future__ import annotations

from typing import Any

from matching.assignment import Assignment, assign
from matching.problem import Problem


def solve(problem: Problem, alternatives: int = 0) -> Assignment:
    """The optimum, checked; RuntimeError if the checker refuses it. `alternatives`: as in `matching.assign`."""
    i, j, score = problem.pairs()
    given: dict[str, Any] = {"n_mentees": len(problem.mentees), "capacity": problem.capacity,
                             "objective": problem.objective, "locked": problem.locked}  # fmt: skip
    solved = assign(i, j, score, **given, alternatives=alternatives)
    report = solved.certificate.verify(solved, i, j, score, **given)
    if not report:
        raise RuntimeError(f"the checker refuses the solver's result: {report.reason}")
    return solved
