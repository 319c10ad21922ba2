"""The independent checker: is an assignment feasible, and proved optimal at every level of its objective?

It shares no code with the solver. Each level is a linear programme over what the levels before leave open. Prices u for
mentees and v for places with u + v >= gain for every open pair bound what the level can reach (weak duality); an
assignment that reaches the bound is optimal, and all optima are those that meet complementary slackness with these
prices (Schrijver, Theory of Linear and Integer Programming, 1986, section 7.9). That says what is open at the next
level.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.checker_levels import LEVELS, State
from matching.checker_problem import Problem, demand

if TYPE_CHECKING:
    from matching.certificate import Certificate

_NEAR = 0.02  # of the total, that an alternative may be short of it


def check(c: Certificate, a: Any, p: Problem, objective: tuple[str, ...]) -> None:
    """WrongError for the first thing that does not hold of assignment `a` and its certificate `c`."""
    demand(all(name in LEVELS for name in objective) and objective, f"objective {objective}: unknown")
    demand(c.objective == objective, f"certificate is for objective {c.objective}, not {objective}")
    mentor_of = np.asarray(a.mentor_of)
    chosen = _feasible(a, mentor_of, p)
    load = np.bincount(mentor_of[p.is_free & (mentor_of >= 0)], minlength=len(p.room))
    _alternatives(a, mentor_of, p)
    state = State(p, mentor_of, np.flatnonzero(chosen), load)
    levels = list(c.levels)
    for name in objective:
        if name == "leximin" and "participation" not in objective[: objective.index("leximin")]:
            LEVELS["participation"](state, levels)  # leximin settles it first
        LEVELS[name](state, levels)
    demand(not levels, "certificate: more levels than the objective has")
    demand(c.seal == c.sealed_by(a), "seal: certificate and assignment are not those that were sealed together")


def _feasible(a: Any, mentor_of: NDArray[np.int64], p: Problem) -> NDArray[np.bool_]:
    """Which pairs are chosen, once every figure of the assignment agrees with them."""
    n_mentors = len(p.capacity)
    demand(mentor_of.shape == (p.n,) and mentor_of.dtype.kind == "i", "mentor_of: expected one integer per mentee")
    demand(((mentor_of >= -1) & (mentor_of < n_mentors)).all(), "mentor_of: unknown mentor")
    chosen = mentor_of[p.i] == p.j
    n_chosen = np.bincount(p.i[chosen], minlength=p.n)
    demand((n_chosen == (mentor_of >= 0)).all(), "mentor_of: a pair that is not allowed")
    loads = np.bincount(mentor_of[mentor_of >= 0], minlength=n_mentors)
    demand(np.array_equal(np.asarray(a.loads), loads), "loads: not the number of mentees of each mentor")
    demand((loads <= p.capacity).all(), "capacity exceeded")
    demand((p.is_free | (mentor_of == p.lock)).all(), "a locked pair is missing")
    demand(a.matched == chosen.sum(), "matched: not the number of pairs")
    total, worst = math.fsum(p.score[chosen]), min(p.score[chosen], default=math.nan)
    demand(a.total == total, f"total: {a.total} claimed, {total} found")
    demand(a.worst == worst or (math.isnan(worst) and math.isnan(a.worst)), f"worst: {a.worst} claimed, {worst} found")
    return chosen


def _alternatives(a: Any, mentor_of: NDArray[np.int64], p: Problem) -> None:
    """Each further assignment is feasible, matches as many, comes near the total, and is listed once."""
    total = sum(p.weight[mentor_of[p.i] == p.j].tolist())
    least = total - math.floor(abs(total) * _NEAR)
    seen = {mentor_of.tobytes()}
    for k, other in enumerate(a.alternatives):
        other = np.asarray(other)
        demand(other.shape == (p.n,) and other.dtype == mentor_of.dtype, f"alternative {k}: expected as mentor_of")
        demand(((other >= -1) & (other < len(p.capacity))).all(), f"alternative {k}: unknown mentor")
        chosen = other[p.i] == p.j
        demand((np.bincount(p.i[chosen], minlength=p.n) == (other >= 0)).all(), f"alternative {k}: a pair not allowed")
        loads = np.bincount(other[other >= 0], minlength=len(p.capacity))
        demand((loads <= p.capacity).all(), f"alternative {k}: capacity exceeded")
        demand((p.is_free | (other == p.lock)).all(), f"alternative {k}: a locked pair is missing")
        demand(a.matched == chosen.sum(), f"alternative {k}: matches another number of mentees")
        demand(sum(p.weight[chosen].tolist()) >= least, f"alternative {k}: its total is not near")
        demand(other.tobytes() not in seen, f"alternative {k}: listed twice")
        seen.add(other.tobytes())
