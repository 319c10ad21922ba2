"""How well the matching treats groups of mentees, without a figure from which few people could be told.

Group labels never enter the matching; they are only compared here, afterwards. Envy and blocking pairs are those of
the theory of stable matching (Gale and Shapley, American Mathematical Monthly 1962), with scores as both sides' wishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.instance import SCALE
from matching.problem import Problem
from matching.whatif import Ints, loads, ranks

COLUMNS = ("group_dimension", "group_value", "metric", "value", "n", "is_hidden", "hidden_reason")
ALL, UNKNOWN = "all", "unknown"
TOO_FEW = "too_few"
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Family:
    """Metrics shown or hidden together. `parts`: disjoint masks of mentees that a reader could count from the metrics;
    `within`: those who are asked about, all others being of no part. `metrics`: name to each mentee's value.
    """

    parts: tuple[Mask, ...]
    within: Mask
    metrics: Mapping[str, NDArray[np.float64]]


def panel(
    problem: Problem, mentor_of: Ints, groups: Mapping[str, pd.Series] | None = None, *, min_cell: int = 10
) -> pd.DataFrame:
    """One row per group and metric, see COLUMNS; first all mentees (group_dimension and group_value "all").

    `groups`: dimension (such as "sex") to labels, one per row of `problem.mentees`; missing labels count as "unknown".
    Metrics are means over `n` mentees: match_share; mean_score, rank_1, rank_2, rank_3, rank_later (place of the mentor
    among the mentee's allowed ones by score) of those matched; choice_1, choice_2, choice_later, choice_none of those
    who named choices; envy (would rather have the mentor of another, allowed to them, by score); blocking (a mentor
    with a free place or a less fitting mentee would fit better; locked pairs stay). worst_score is one person's own.

    Hidden, without value and n, are metrics that rest on 1 to min_cell - 1 people, or leave that many out, and with
    them other groups of the dimension until those hidden are at least two and together no small count either, since
    they follow from all by subtraction; all groups where that cannot be. Where that would hide a whole dimension's
    ranks or choices, later places are folded together first ("later", "none_or_later"). worst_score is always hidden.
    """
    n_mentees = len(mentor_of)
    families = _families(problem, mentor_of)
    labels = {ALL: pd.Series([ALL] * n_mentees, dtype=object)} | {
        name: _labels(name, series, n_mentees) for name, series in (groups or {}).items()
    }
    rows = []
    for dimension, series in labels.items():
        values = [ALL] if dimension == ALL else sorted(series.unique())
        members = {value: (series == value).to_numpy() for value in values}
        base = _hidden(members, (np.ones(n_mentees, bool),), min_cell, set())
        by_match: set[str] = set()
        for name, folds in families.items():
            # Ranks add up to the matched, so they are hidden wherever the share of matched is.
            start = base | (by_match if name == "rank" else set())
            for family in folds:
                hidden = _hidden(members, family.parts, min_cell, start)
                if len(hidden) < len(members):
                    break
            by_match = hidden if name == "match" else by_match
            for value, mask in members.items():
                rows += _rows(dimension, value, mask & family.within, family, value in hidden)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": float, "n": "Int64", "is_hidden": bool})


def envy(problem: Problem, mentor_of: Ints) -> Mask:
    """(n_mentees,) who would fit better, by score, with a mentor who is allowed to them and has another mentee."""
    taken = loads(problem, mentor_of) > 0
    return (_better(problem, mentor_of) & taken).any(axis=1)


def blocking(problem: Problem, mentor_of: Ints) -> Mask:
    """(mentees x mentors) allowed pairs that fit both better than what they have; a place left empty is worse."""
    locked_mentees = [i for i, _ in problem.locked]
    own = _own(problem, mentor_of)
    can_leave = mentor_of >= 0
    can_leave[locked_mentees] = False
    least = np.full(len(problem.capacity), np.iinfo(np.int64).max)
    np.minimum.at(least, mentor_of[can_leave], own[can_leave])
    would = problem.score > least
    would |= loads(problem, mentor_of) < problem.capacity
    out = _better(problem, mentor_of) & would
    out[locked_mentees] = False
    return out


def _own(problem: Problem, mentor_of: Ints) -> Ints:
    own = np.full(len(mentor_of), np.iinfo(np.int32).min, np.int64)  # below every score
    at = np.flatnonzero(mentor_of >= 0)
    own[at] = problem.score[at, mentor_of[at]]
    return own


def _better(problem: Problem, mentor_of: Ints) -> Mask:
    return (problem.forbidden == 0) & (problem.score > _own(problem, mentor_of)[:, None])


def _families(problem: Problem, mentor_of: Ints) -> dict[str, list[_Family]]:
    """Each family in its folds, the finest first."""
    matched = mentor_of >= 0
    everyone = np.ones(len(matched), bool)
    own = np.where(matched, _own(problem, mentor_of) / SCALE, np.nan)
    place = ranks(problem, mentor_of)
    by_rank = [matched & (place == k) for k in (1, 2, 3)] + [matched & (place > 3)]
    choices = problem.mentees["preferred_mentors"].tolist()
    ids = problem.mentors["person_id"].to_numpy()
    got = [list(c).index(ids[j]) + 1 if j >= 0 and ids[j] in c else 0 for c, j in zip(choices, mentor_of, strict=True)]
    wish = np.array(got, dtype=np.int64)
    chose = np.array([len(c) > 0 for c in choices], dtype=bool)
    by_choice = [chose & (wish == 1), chose & (wish == 2), chose & (wish > 2), chose & (wish == 0)]
    envious, blocks = envy(problem, mentor_of), blocking(problem, mentor_of).any(axis=1)
    return {
        "match": [_Family((matched, ~matched), everyone, {"match_share": matched.astype(float)})],
        "score": [_Family((matched, ~matched), matched, {"mean_score": own, "worst_score": own})],
        "rank": _folds("rank", ("1", "2", "3", "later"), by_rank, matched),
        "choice": _folds("choice", ("1", "2", "later", "none"), by_choice, chose),
        "envy": [_Family((envious, ~envious), everyone, {"envy": envious.astype(float)})],
        "blocking": [_Family((blocks, ~blocks), everyone, {"blocking": blocks.astype(float)})],
    }


def _folds(stem: str, names: tuple[str, ...], masks: list[Mask], within: Mask) -> list[_Family]:
    """All places apart, then the later ones together, then the first against all others."""
    one, two, three, four = masks
    if names[-1] == "none":
        steps = [dict(zip(names, masks, strict=True)), {"1": one, "later": two | three, "none": four},
                 {"1": one, "none_or_later": two | three | four}]  # fmt: skip
    else:
        steps = [dict(zip(names, masks, strict=True)), {"1": one, "2": two, "later": three | four},
                 {"1": one, "later": two | three | four}]  # fmt: skip
    return [_Family((*step.values(), ~within), within, {f"{stem}_{k}": v.astype(float) for k, v in step.items()})
            for step in steps]  # fmt: skip


def _hidden(members: dict[str, Mask], parts: tuple[Mask, ...], min_cell: int, start: set[str]) -> set[str]:
    """Groups to hide: those with a small part, then the smallest others until what all hide together is safe."""

    def is_small(mask: Mask) -> bool:
        return any(0 < int((mask & part).sum()) < min_cell for part in parts)

    hidden = start | {value for value, mask in members.items() if is_small(mask)}
    rest = sorted((v for v in members if v not in hidden), key=lambda v: (int(members[v].sum()), v))
    # One group hidden alone is small itself, so that a second one always joins it.
    while hidden and rest and is_small(np.logical_or.reduce([members[v] for v in hidden])):
        hidden = hidden | {rest.pop(0)}
    return hidden


def _rows(dimension: str, value: str, mask: Mask, family: _Family, is_hidden: bool) -> list[tuple[object, ...]]:
    out: list[tuple[object, ...]] = []
    n = int(mask.sum())
    for metric, values in family.metrics.items():
        if is_hidden or metric == "worst_score":
            out.append((dimension, value, metric, np.nan, pd.NA, True, TOO_FEW))
            continue
        out.append((dimension, value, metric, round(float(values[mask].mean()), 6) if n else np.nan, n, False, ""))
    return out


def _labels(name: str, series: pd.Series, n: int) -> pd.Series:
    if len(series) != n or name == ALL:
        raise MatchingError(f"groups, {name}: expected {n} labels, one per mentee in the problem, got {len(series)}; "
                            f'"{ALL}" stands for all mentees together')  # fmt: skip
    return series.reset_index(drop=True).astype(object).where(series.notna().to_numpy(), UNKNOWN).astype(str)
