"""What the programme office may want to know before it approves: prices, fairness, robustness, whom to recruit.

For the programme office alone: tables name people by application number, and groups are small.
"""

from __future__ import annotations

import pandas as pd

from matching.applicants import Applicants
from matching.assignment import Assignment
from matching.fairness import panel
from matching.instance import Ints
from matching.problem import Problem
from matching.recruiting import wanted
from matching.robustness import survival
from matching.values import decision_prices, level_costs, mentor_prices, rule_prices
from matching.waitlist import waitlist

NAMES = ("levels", "places", "rules", "decisions", "recruiting", "fairness", "robustness", "waiting_list")


def examine(
    call: Applicants, mentor_of: Ints, solved: Assignment, groups: pd.DataFrame | None, min_cell: int
) -> dict[str, pd.DataFrame]:
    """Tables by name (NAMES), of rounds that are not too large to be solved again many times; else none.

    `mentor_of`: the pairs proposed; `solved`: the optimum. `groups`: person_id, and the fairness panel's dimensions.
    """
    problem = call.problem
    if not problem.can_be_solved_again or not (solved.mentor_of >= 0).any():
        return {}
    return {
        "levels": level_costs(problem, solved.mentor_of),
        "places": mentor_prices(problem, solved),
        "rules": rule_prices(problem, solved.mentor_of),
        "decisions": decision_prices(problem, solved.mentor_of),
        "recruiting": wanted(problem, mentor_of),
        "fairness": panel(problem, mentor_of, _labels(problem, groups), min_cell=min_cell),
        "robustness": survival(problem, solved.mentor_of, problem.rescored).changes,
        "waiting_list": waitlist(problem, mentor_of),
    }


def _labels(problem: Problem, groups: pd.DataFrame | None) -> dict[str, pd.Series]:
    if groups is None:
        return {}
    known = groups.drop_duplicates("person_id").set_index("person_id").reindex(problem.mentees["person_id"])
    return {name: known[name].reset_index(drop=True) for name in known.columns}
