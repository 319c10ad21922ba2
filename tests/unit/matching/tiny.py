"""Problems of a few people with scores and forbidden pairs as a test wants them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.problem import Problem, build
from matching.profiles import read
from tests.unit.matching.people import frame, mentee, mentor, programme


def tiny(score, capacity, forbidden=(), objective=("participation", "total"), locked=()) -> Problem:
    """`score`: rows of mentees, columns of mentors, in hundredths; `forbidden`: pairs of indices."""
    score = np.asarray(score)
    mentees = read(frame([mentee(k + 1) for k in range(score.shape[0])]), "mentee", "2024")
    mentors = read(frame([mentor(k + 1, capacity=c) for k, c in enumerate(capacity)], mentor), "mentor", "2024")
    problem = build(mentees, mentors, programme().matching, objective)
    mask = np.zeros(score.shape, np.uint16)
    for i, j in forbidden:
        mask[i, j] = 1 << problem.rule_codes.index("not_same_team")
    return replace(problem, score=(score * 10_000).astype(np.int32), forbidden=mask, locked=tuple(locked))


def random(rng: np.random.Generator, n: int, m: int, density: float = 0.6) -> Problem:
    """Random scores, forbidden pairs and capacities."""
    out = np.argwhere(rng.random((n, m)) > density)
    return tiny(rng.integers(0, 100, (n, m)), rng.integers(1, 3, m), [tuple(p) for p in out.tolist()])
