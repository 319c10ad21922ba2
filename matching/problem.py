"""A cohort as an assignment problem: people, scores of all pairs, and which rule forbids which pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import features, rules
from matching.instance import SCALE
from programme.config import Matching, Override


@dataclass(frozen=True, eq=False)
class Problem:
    """Who may be matched with whom, and how good each pair would be.

    `mentees`, `mentors`: frames as `profiles.read` gives them, of those who meet all demands on the person, in the order
    of application. `score`: (mentees x mentors) in millionths. `forbidden`: (mentees x mentors), bit k is set where the
    required rule `rule_codes[k]` forbids the pair. `capacity`: (n_mentors,). `locked`: pairs of indices that are kept.
    """

    mentees: pd.DataFrame
    mentors: pd.DataFrame
    weights: Mapping[str, float]
    score: NDArray[np.int32]
    forbidden: NDArray[np.uint16]
    rule_codes: tuple[str, ...]
    capacity: NDArray[np.int64]
    objective: tuple[str, ...]
    locked: tuple[tuple[int, int], ...] = ()
    parts: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def pairs(self) -> tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float64]]:
        """Allowed pairs in order: mentee, mentor (indices), score."""
        i, j = np.nonzero(self.forbidden == 0)
        return i, j, self.score[i, j] / SCALE

    def broken(self, i: int, j: int) -> list[str]:
        """Codes of the required rules that forbid a pair."""
        return [code for bit, code in enumerate(self.rule_codes) if self.forbidden[i, j] >> bit & 1]

    def components(self, i: NDArray[np.integer], j: NDArray[np.integer]) -> dict[str, NDArray[np.float64]]:
        """Each component's value in 0..1 for pairs (i[k], j[k])."""
        return {name: part[i, j] for name, part in self.parts.items()}


def build(
    mentees: pd.DataFrame, mentors: pd.DataFrame, matching: Matching, objective: tuple[str, ...],
    decided: Sequence[Override] = (), locked: Sequence[tuple[int, int]] = (),
) -> Problem:  # fmt: skip
    """The problem of applicants who may be matched (frames of `profiles.read`); `decided`: overrides in force."""
    masks = rules.forbidden(mentees, mentors, matching.rules, list(decided))
    forbidden = np.zeros((len(mentees), len(mentors)), np.uint16)
    for bit, mask in enumerate(masks.values()):
        forbidden |= mask.astype(np.uint16) << bit
    parts = features.components(mentees, mentors)
    score = np.rint(features.scores(parts, matching.weights) * SCALE).astype(np.int32)
    return Problem(
        mentees, mentors, matching.weights.model_dump(), score, forbidden, tuple(masks),
        mentors["capacity"].to_numpy(dtype=np.int64), tuple(objective), tuple(locked), parts,
    )  # fmt: skip
