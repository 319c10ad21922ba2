"""What places, rules, decisions and the levels of the objective are worth, in matched mentees and in scores.

Gains are "with the change minus without", each from solving the changed problem (`method` "solved"), except where the
answer is exact without: by the prices of the level participation, König's cover of the largest assignment, one more
place raises the number matched by the mentor's price, 0 or 1 (`method` "prices").
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from matching.assignment import Assignment
from matching.instance import SCALE
from matching.problem import Problem
from matching.rules import FORBIDDEN
from matching.shortage import NEVER_LIFTED
from matching.solving import solve
from matching.whatif import VALUE, Change, Ints, loads, resolved

GAINS = ("matched", "worst", "total")
UNIT = {"participation": "mentees", "worst_off": "score", "balance": "load squared by capacity", "total": "score"}


def mentor_prices(problem: Problem, solved: Assignment, *, limit: int = 60) -> pd.DataFrame:
    """One row per mentor: application_id, capacity, load, matched, worst, total (gains of one more place), method.

    `limit`: most problems to solve, the full mentors whose place is worth most first; for the others worst and total
    are nan. Where participation is not the first level, `matched` is nan for them too.
    """
    load = loads(problem, solved.mentor_of)
    first = solved.certificate.levels[0]
    is_exact = problem.objective[0] == "participation" and first.name == "participation"
    price = first.mentor_price if is_exact else np.zeros(len(load), np.int64)
    best = np.where(problem.forbidden == 0, problem.score, 0).max(axis=0, initial=0)
    order = np.lexsort((-best, load < problem.capacity, -price))
    tried = set(order[:limit].tolist())
    rows = []
    for j in range(len(load)):
        gains: list[float] = [float(price[j]) if is_exact else np.nan, np.nan, np.nan]
        if j in tried:
            capacity = problem.capacity.copy()
            capacity[j] += 1
            gains = _gains(resolved(problem, solved.mentor_of, capacity=capacity)[0])
        rows.append((int(problem.mentors["application_id"].iloc[j]), int(problem.capacity[j]), int(load[j]), *gains,
                     "solved" if j in tried else "prices"))  # fmt: skip
    return pd.DataFrame(rows, columns=["application_id", "capacity", "load", *GAINS, "method"])


def rule_prices(problem: Problem, mentor_of: Ints) -> pd.DataFrame:
    """One row per required rule: rule, n_pairs (forbidden by it), n_alone (by it alone), matched, worst, total if off.

    Rules that are never lifted have no row. A rule that alone forbids no pair gains nothing, and is not solved.
    """
    rows = []
    for bit, code in enumerate(problem.rule_codes):
        if code in NEVER_LIFTED or code == FORBIDDEN.code:
            continue
        mask = np.uint16(1 << bit)
        alone = int((problem.forbidden == mask).sum())
        gains = [0.0, 0.0, 0.0]
        if alone:
            gains = _gains(resolved(problem, mentor_of, forbidden=problem.forbidden & ~mask)[0])
        rows.append((code, int((problem.forbidden & mask > 0).sum()), alone, *gains))
    return pd.DataFrame(rows, columns=["rule", "n_pairs", "n_alone", *GAINS])


def decision_prices(problem: Problem, mentor_of: Ints) -> pd.DataFrame:
    """One row per lock and forbidden pair: kind, mentee, mentor (application numbers), and the gains of lifting it.

    A forbidden pair that a rule forbids as well gains nothing.
    """
    rows: list[tuple[Any, ...]] = []
    mentees, mentors = (f["application_id"].to_numpy() for f in (problem.mentees, problem.mentors))
    for i, j in problem.locked:
        others = tuple(pair for pair in problem.locked if pair != (i, j))
        gains = _gains(resolved(problem, mentor_of, locked=others)[0])
        rows.append(("lock", int(mentees[i]), int(mentors[j]), *gains))
    if FORBIDDEN.code in problem.rule_codes:
        mask = np.uint16(1 << problem.rule_codes.index(FORBIDDEN.code))
        for i, j in np.argwhere(problem.forbidden & mask):
            gains = [0.0, 0.0, 0.0]
            if problem.forbidden[i, j] == mask:
                forbidden = problem.forbidden.copy()
                forbidden[i, j] = 0
                gains = _gains(resolved(problem, mentor_of, forbidden=forbidden)[0])
            rows.append(("forbid", int(mentees[i]), int(mentors[j]), *gains))
    return pd.DataFrame(rows, columns=["kind", "mentee", "mentor", *GAINS])


def level_costs(problem: Problem, mentor_of: Ints) -> pd.DataFrame:
    """What each level of the objective costs the levels after it: left_out, level, unit, value, without.

    `left_out`: the levels not asked for, with a `|` between; with participation go worst_off and balance, which would
    both be best without any pair.
    `value`: of `level` as it is; `without`: if the problem is solved without `left_out`. Only levels that are plain
    numbers are shown; the last level has nothing after it.
    """
    rows = []
    for place, name in enumerate(problem.objective[:-1]):
        left_out = [name]
        if name == "participation":
            left_out += [x for x in ("worst_off", "balance") if x in problem.objective[place:]]
        rest = tuple(x for x in problem.objective if x not in left_out)
        if not rest:
            continue
        after = solve(replace(problem, objective=rest)).mentor_of
        for level in dict.fromkeys((name, *problem.objective[place + 1 :])):
            if level in UNIT:
                rows.append(("|".join(left_out), level, UNIT[level], _number(problem, mentor_of, level),
                             _number(problem, after, level)))  # fmt: skip
    return pd.DataFrame(rows, columns=["left_out", "level", "unit", "value", "without"])


def _number(problem: Problem, mentor_of: Ints, level: str) -> float:
    value = VALUE[level](problem, mentor_of)
    if value is None:
        return np.nan
    return float(value) / (SCALE if UNIT[level] == "score" else 1)


def _gains(change: Change) -> list[float]:
    return [float(change.matched), np.nan if change.worst is None else change.worst, change.total]
