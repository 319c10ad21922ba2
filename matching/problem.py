"""A cohort as an assignment problem: people, scores of all pairs, and which rule forbids which pair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import features, rules
from matching.instance import SCALE
from matching.selection import Block, Formula, Listed, blocks
from matching.text_similarity import Embed
from programme.config import Matching, Override, Weights

_ROWS = 512  # mentees at a time, where a whole row is looked at
_SOLVED_AGAIN = 60_000  # pairs up to which solving dozens or hundreds of times takes seconds


@dataclass(frozen=True, eq=False)
class Problem:
    """Who may be matched with whom, and how good each pair would be.

    `mentees`, `mentors`: frames of `profiles.read`, of those who meet all demands on the person, in the order of
    application. `score`: (mentees x mentors) in millionths. `forbidden`: (mentees x mentors), bit k is set where the
    required rule `rule_codes[k]` forbids the pair. `capacity`: (n_mentors,). `locked`: pairs of indices that are kept.
    `formulas`: of the components. `preferred`: rules that only lower the score, which `score` has in it.
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
    formulas: Mapping[str, Formula] = field(default_factory=dict, repr=False)
    preferred: tuple[rules.Standing, ...] = field(default=(), repr=False)

    @property
    def can_be_solved_again(self) -> bool:
        """Whether explanations and findings, which solve changed problems many times, are affordable."""
        return self.score.size <= _SOLVED_AGAIN

    def pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
        """Allowed pairs in order: mentee, mentor (indices), score."""
        degree = np.zeros(len(self.mentees), np.int64)
        for start in range(0, len(degree), _ROWS):
            degree[start : start + _ROWS] = (self.forbidden[start : start + _ROWS] == 0).sum(axis=1)
        i = np.repeat(np.arange(len(degree), dtype=np.int32), degree)
        j = np.empty(len(i), np.int32)
        score = np.empty(len(i), np.float64)
        end = np.cumsum(degree)
        for start in range(0, len(degree), _ROWS):
            is_allowed = self.forbidden[start : start + _ROWS] == 0
            there = slice(end[start] - degree[start], end[min(start + _ROWS, len(degree)) - 1])
            j[there] = is_allowed.nonzero()[1]
            np.divide(self.score[start : start + _ROWS][is_allowed], SCALE, out=score[there])
        return i, j, score

    def broken(self, i: int, j: int) -> list[str]:
        """Codes of the required rules that forbid a pair."""
        return [code for bit, code in enumerate(self.rule_codes) if self.forbidden[i, j] >> bit & 1]

    def components(self, i: NDArray[np.integer], j: NDArray[np.integer]) -> dict[str, NDArray[np.float64]]:
        """Each component's value in 0..1 for pairs (i[k], j[k]), exactly as it entered the score."""
        return features.values(self.formulas, Listed(np.asarray(i), np.asarray(j)))

    def rescored(self, weights: Mapping[str, float]) -> NDArray[np.int32]:
        """The scores that other weights would give, (mentees x mentors) in millionths."""
        out = np.empty_like(self.score)
        for block in blocks(*self.score.shape):
            out[block.start : block.stop] = _scored(self.formulas, Weights(**weights), self.preferred, block)
        return out

    def penalties(self, i: NDArray[np.integer], j: NDArray[np.integer]) -> dict[str, NDArray[np.float64]]:
        """What each preferred rule takes off the score of pairs (i[k], j[k]), by code; 0 where the pair keeps it."""
        pairs = Listed(np.asarray(i), np.asarray(j))
        return {s.rule.code: s.formula(pairs) * ((s.penalty or 0) / SCALE) for s in self.preferred}


def build(
    mentees: pd.DataFrame, mentors: pd.DataFrame, matching: Matching, objective: tuple[str, ...],
    decided: Sequence[Override] = (), locked: Sequence[tuple[int, int]] = (), *, on: dt.date | None = None,
    earlier: pd.DataFrame | None = None, embed: Embed | None = None, rows: int | None = None,
) -> Problem:  # fmt: skip
    """The problem of applicants who may be matched (frames of `profiles.read`).

    `decided`: overrides in force. `on`: the day on which conflicts must not have expired. `earlier`: pairs of earlier
    rounds, see `rules.facts`. `embed`: for free texts, see `text_similarity.prepare`. `rows`: mentees worked out at a
    time; it changes nothing but time and memory. MatchingError if a weight or rule needs a column that is missing.
    """
    standing = rules.pair_rules(mentees, mentors, matching, rules.facts(matching, list(decided), on, earlier))
    bits = rules.bits(standing)
    formulas = features.prepare(mentees, mentors, matching.weights, embed)
    required = [s for s in standing if s.penalty is None]
    preferred = tuple(s for s in standing if s.penalty is not None)
    shape = (len(mentees), len(mentors))
    score, forbidden = np.empty(shape, np.int32), np.zeros(shape, np.uint16)
    for block in blocks(*shape, rows):
        there = slice(block.start, block.stop)
        for s in required:
            forbidden[there] |= s.formula(block) * np.uint16(bits[s.rule.code])
        score[there] = _scored(formulas, matching.weights, preferred, block)
    return Problem(
        mentees, mentors, matching.weights.model_dump(), score, forbidden, tuple(bits),
        mentors["capacity"].to_numpy(dtype=np.int64), tuple(objective), tuple(locked), formulas, preferred,
    )  # fmt: skip


def _scored(
    formulas: Mapping[str, Formula], weights: Weights, preferred: Sequence[rules.Standing], block: Block
) -> NDArray[np.float64]:
    """The scores of a block in millionths, less what preferred rules take off; never below 0."""
    value = features.scores(formulas, weights, block)
    for s in preferred:
        value -= s.formula(block) * float(s.penalty or 0)
    return np.maximum(value, 0)
