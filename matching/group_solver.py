"""Group plans by OR-Tools CP-SAT: whole plans of few people with a proven bound, parts of the plans of many.

One worker, a fixed seed and a limit in the solver's own deterministic time: the same input gives the same plan.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from matching.group_search import SAME_TEAM, WASTED, Hall, cost_of, round_cost
from matching.instance import Ints

_MOST_MEETING_VARIABLES = 4_000
_TABLE = 4  # groups of one round that are seated anew together
_PART_EFFORT = 0.5


def is_small(hall: Hall, n_rounds: int) -> bool:
    """Whether a whole plan fits the solver."""
    return hall.n_people * (hall.n_people - 1) // 2 * n_rounds <= _MOST_MEETING_VARIABLES


def whole(hall: Hall, seats: Ints, bound: int, effort: float) -> tuple[Ints, int]:
    """A plan with at least as many new acquaintances as `seats`, the hint, and `bound` or a lower one.

    Keeps people of one team apart as far as can be. `effort`: the solver's deterministic time, roughly seconds.
    """
    model, n = cp_model.CpModel(), hall.n_people
    rounds, groups = range(len(seats)), range(hall.n_groups)
    hint = np.stack([canonical(row[:n]) for row in seats])
    sits = {(r, p, k): model.new_bool_var("") for r in rounds for p in range(n) for k in groups}
    for r in rounds:
        for p in range(n):
            model.add_exactly_one(sits[r, p, k] for k in groups)
            for k in groups:
                model.add_hint(sits[r, p, k], bool(hint[r, p] == k))
                if k > p:  # groups are numbered by their first member
                    model.add(sits[r, p, k] == 0)
        for members in [
            np.arange(n),
            *(np.flatnonzero(hall.team[:n] == t) for t in np.unique(hall.team[:n]) if t >= 0),
        ]:
            # Spread evenly: groups of nearly one size, and no more of a team together than must be.
            for k in groups:
                model.add_linear_constraint(
                    sum(sits[r, int(p), k] for p in members),
                    len(members) // hall.n_groups, -(-len(members) // hall.n_groups),
                )  # fmt: skip
    new = []
    for p in range(n):
        for q in range(p + 1, n):
            if not hall.fresh[p, q]:
                continue
            meets = [model.new_bool_var("") for _ in rounds]
            for r in rounds:
                for k in groups:
                    model.add(sits[r, p, k] == sits[r, q, k]).only_enforce_if(meets[r])
            meet = model.new_bool_var("")
            model.add(sum(meets) >= 1).only_enforce_if(meet)
            for r in rounds:
                model.add_hint(meets[r], bool(hint[r, p] == hint[r, q]))
            model.add_hint(meet, bool((hint[:, p] == hint[:, q]).any()))
            new.append(meet)
    model.add(sum(new) <= bound)
    model.maximize(sum(new))
    solver, status = _solve(model, effort)
    bound = min(bound, int(np.floor(solver.best_objective_bound + 1e-6)))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return seats, bound
    found = seats.copy()
    for r in rounds:
        found[r, :n] = [next(k for k in groups if solver.boolean_value(sits[r, p, k])) for p in range(n)]
        sizes = np.bincount(found[r, :n], minlength=hall.n_groups)
        found[r, n:] = np.repeat(np.arange(hall.n_groups), sizes.max() - sizes)[: seats.shape[1] - n]
    return found, bound


def part_by_part(hall: Hall, seats: Ints, effort: float) -> Ints:
    """A plan at least as good, from seating the costliest groups of each round anew, over and over."""
    seats, left = seats.copy(), effort
    improved = True
    while improved and left > 0:
        improved = False
        for r in range(len(seats)):
            if left <= 0:
                break
            cost = round_cost(hall, seats, r)
            at = [np.flatnonzero(seats[r] == k) for k in range(hall.n_groups)]
            order = sorted(range(hall.n_groups), key=lambda k: (-cost[np.ix_(at[k], at[k])].sum(), k))[:_TABLE]
            people = np.flatnonzero(np.isin(seats[r], order))
            row, used = _seat(cost[np.ix_(people, people)], seats[r][people], order, min(left, _PART_EFFORT))
            left -= used
            trial = seats.copy()
            trial[r, people] = row
            if cost_of(hall, trial) < cost_of(hall, seats):
                seats, improved = trial, True
    return seats


def canonical(groups: Ints) -> Ints:
    """The same groups, numbered by their first members."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _seat(cost: np.ndarray, now: Ints, groups: list[int], effort: float) -> tuple[Ints, float]:
    """People of a few groups of one round, seated anew in these groups at least cost."""
    model, n = cp_model.CpModel(), len(now)
    sits = {(p, k): model.new_bool_var("") for p in range(n) for k in groups}
    for p in range(n):
        model.add_exactly_one(sits[p, k] for k in groups)
        for k in groups:
            model.add_hint(sits[p, k], bool(now[p] == k))
    for k in groups:
        model.add(sum(sits[p, k] for p in range(n)) == int((now == k).sum()))
    terms = []
    for p in range(n):
        for q in range(p + 1, n):
            if cost[p, q] > 0:
                meet = model.new_bool_var("")
                model.add_hint(meet, bool(now[p] == now[q]))
                for k in groups:
                    model.add_bool_or(sits[p, k].negated(), sits[q, k].negated(), meet)
                # In hundredths of a wasted meeting, so that sums stay small; the plan is judged by its full cost.
                terms.append((int(min(cost[p, q], SAME_TEAM) // (WASTED / 100)) or 1) * meet)
    model.minimize(sum(terms))
    solver, status = _solve(model, effort)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return now, max(solver.response_proto.deterministic_time, 0.01)
    row = np.array([next(k for k in groups if solver.boolean_value(sits[p, k])) for p in range(n)])
    return row, max(solver.response_proto.deterministic_time, 0.01)


def _solve(model: cp_model.CpModel, effort: float) -> tuple[cp_model.CpSolver, int]:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    return solver, solver.solve(model)
