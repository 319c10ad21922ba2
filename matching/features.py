"""Components of a pair's score, each in 0..1, for all mentees x mentors at once.

Deep-level similarity (goals, values, interests) is what good pairs rest on (Eby et al., Psychological Bulletin 2013);
a say in the match matters too (Allen, Eby and Lentz, Journal of Applied Psychology 2006). Nobody's sex, age or other
demographic attribute is read here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.profiles import indicators, listed, same
from programme.config import Weights

Matrix = NDArray[np.float64]

IDEAL_LEVEL_GAP = 2.0
_GAP_WIDTH = 3.0  # levels away from the ideal at which experience counts nothing
_OTHER_UNIT = 0.5


def coverage(wanted: pd.Series, offered: pd.Series) -> Matrix:
    """Share of what the mentee wants that the mentor offers; asymmetric: offering more is no merit, no fault."""
    left, right = indicators(wanted, offered)
    n_wanted = left.sum(axis=1, keepdims=True, dtype=np.float64)
    return (left @ right.T).astype(np.float64) / np.maximum(n_wanted, 1)


def overlap(left_lists: pd.Series, right_lists: pd.Series) -> Matrix:
    """Jaccard similarity: common codes over all codes of either."""
    left, right = indicators(left_lists, right_lists)
    common = (left @ right.T).astype(np.float64)
    either = left.sum(axis=1)[:, None].astype(np.float64) + right.sum(axis=1)[None, :] - common
    return common / np.maximum(either, 1)


def preference(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Matrix:
    """1 for the mentee's first choice, falling evenly to 1/k for the last of k choices, 0 for anyone else."""
    rank = listed(mentees["preferred_mentors"], mentors["person_id"])
    n_choices = np.array([len(c) for c in mentees["preferred_mentors"]], dtype=np.float64).reshape(-1, 1)
    return np.where(rank > 0, (n_choices - rank + 1) / np.maximum(n_choices, 1), 0.0)


def experience(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Matrix:
    """1 where the mentor is IDEAL_LEVEL_GAP levels above the mentee, falling to 0 three levels off; unknown: 0."""
    gap = mentors["level"].to_numpy()[None, :] - mentees["level"].to_numpy()[:, None]
    return np.nan_to_num(np.clip(1 - np.abs(gap - IDEAL_LEVEL_GAP) / _GAP_WIDTH, 0, 1), nan=0.0)


def distance(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Matrix:
    """1 in another division, 0.5 in another unit of the same division, 0 in the same unit or where unknown."""
    unit, division = (
        same(mentees["organisation_id"], mentors["organisation_id"]),
        same(mentees["division_id"], mentors["division_id"]),
    )
    known = mentees["division_id"].notna().to_numpy()[:, None] & mentors["division_id"].notna().to_numpy()[None, :]
    return np.where(unit | ~known, 0.0, np.where(division, _OTHER_UNIT, 1.0))


COMPONENTS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Matrix]] = {
    "skills": lambda a, b: coverage(a["skills_wanted"], b["skills_offered"]),
    "goals": lambda a, b: coverage(a["goals"], b["goals"]),
    "interests": lambda a, b: overlap(a["interests"], b["interests"]),
    "preference": preference,
    "experience": experience,
    "distance": distance,
}


def components(mentees: pd.DataFrame, mentors: pd.DataFrame) -> dict[str, Matrix]:
    """Every component as a (mentees x mentors) matrix; frames as `profiles.read` gives them."""
    return {name: np.round(compute(mentees, mentors), 6) for name, compute in COMPONENTS.items()}


def scores(parts: dict[str, Matrix], weights: Weights) -> Matrix:
    """The weighted mean of the components, 0..1, to six decimals."""
    weight = weights.model_dump()
    # Added one by one in a fixed order: a matrix product's order of summation would depend on the machine.
    total = sum((weight[name] * part for name, part in parts.items()), start=np.zeros(next(iter(parts.values())).shape))
    return np.round(total / sum(weight[name] for name in parts), 6)
