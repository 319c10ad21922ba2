"""What the programme office may want to know before it approves: prices, fairness, robustness, whom to recruit.

For the programme office alone: tables name people by application number, and groups are small.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import features
from matching.applicants import Applicants
from matching.assignment import Assignment
from matching.fairness import panel
from matching.instance import Ints
from matching.problem import Problem
from matching.recruiting import wanted
from matching.robustness import survival
from matching.selection import blocks
from matching.values import decision_prices, level_costs, mentor_prices, rule_prices
from matching.waitlist import waitlist
from programme.config import Weights

NAMES = ("levels", "places", "rules", "decisions", "recruiting", "fairness", "robustness", "waiting_list")
# Prices and robustness solve the problem dozens of times: up to this size that takes seconds.
MOST_PAIRS = 60_000


def examine(
    call: Applicants, mentor_of: Ints, solved: Assignment, groups: pd.DataFrame | None, min_cell: int
) -> dict[str, pd.DataFrame]:
    """Tables by name (NAMES), of rounds that are not too large to be solved again many times; else none.

    `mentor_of`: the pairs proposed; `solved`: the optimum. `groups`: person_id, and the fairness panel's dimensions.
    """
    problem = call.problem
    if problem.score.size > MOST_PAIRS or not (solved.mentor_of >= 0).any():
        return {}
    return {
        "levels": level_costs(problem, solved.mentor_of),
        "places": mentor_prices(problem, solved),
        "rules": rule_prices(problem, solved.mentor_of),
        "decisions": decision_prices(problem, solved.mentor_of),
        "recruiting": wanted(problem, mentor_of),
        "fairness": panel(problem, mentor_of, _labels(problem, groups), min_cell=min_cell),
        "robustness": survival(problem, solved.mentor_of, lambda weights: rescored(problem, weights)).changes,
        "waiting_list": waitlist(problem, mentor_of),
    }


def rescored(problem: Problem, weights: Mapping[str, float]) -> NDArray[np.int32]:
    """The scores that other weights would give, preferred rules counted; (mentees x mentors) in millionths."""
    out = np.empty_like(problem.score)
    for block in blocks(*problem.score.shape):
        value = features.scores(problem.formulas, Weights(**weights), block)
        for standing in problem.preferred:
            value -= standing.formula(block) * float(standing.penalty or 0)
        out[block.start : block.stop] = np.maximum(value, 0)
    return out


def _labels(problem: Problem, groups: pd.DataFrame | None) -> dict[str, pd.Series]:
    if groups is None:
        return {}
    known = groups.drop_duplicates("person_id").set_index("person_id").reindex(problem.mentees["person_id"])
    return {name: known[name].reset_index(drop=True) for name in known.columns}
