"""Small assignment problems, and what an assignment is worth at each level of an objective, straight from its words."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

import matching

OBJECTIVES = (
    ("total",),
    ("participation",),
    ("participation", "total"),
    ("participation", "worst_off"),
    ("participation", "worst_off", "total"),
    ("participation", "worst_off", "balance", "total"),
    ("participation", "balance"),
    ("balance", "participation", "total"),
    ("leximin",),
    ("participation", "leximin", "balance", "total"),
    ("total", "participation", "leximin"),
    ("rank_maximal",),
    ("participation", "rank_maximal", "total"),
    ("rank_maximal", "leximin"),
)


@dataclass
class Case:
    """One problem, in the arguments of `matching.assign`."""

    mentee: np.ndarray
    mentor: np.ndarray
    score: np.ndarray
    n_mentees: int
    capacity: np.ndarray
    locked: list[tuple[int, int]] = field(default_factory=list)

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.mentee, self.mentor, self.score

    def options(self, objective: tuple[str, ...]) -> dict[str, Any]:
        return {"n_mentees": self.n_mentees, "capacity": self.capacity, "objective": objective, "locked": self.locked}

    def solve(self, objective: tuple[str, ...], **other: Any) -> matching.Assignment:
        return matching.assign(*self.pairs, **self.options(objective), **other)

    def verify(self, found: matching.Assignment, objective: tuple[str, ...], certificate: Any = None) -> Any:
        return (certificate or found.certificate).verify(found, *self.pairs, **self.options(objective))

    @property
    def score_of(self) -> dict[tuple[int, int], Fraction]:
        triples = zip(self.mentee.tolist(), self.mentor.tolist(), self.score.tolist(), strict=True)
        return {(a, b): Fraction(round(x * 1_000_000), 1_000_000) for a, b, x in triples}

    def feasible(self) -> list[tuple[int, ...]]:
        """Every assignment that capacity and locks allow, as each mentee's mentor or -1."""
        m, fixed, allowed = len(self.capacity), dict(self.locked), self.score_of
        choices = [
            [fixed[a]] if a in fixed else [-1, *(b for b in range(m) if (a, b) in allowed)]
            for a in range(self.n_mentees)
        ]
        return [c for c in itertools.product(*choices) if all(c.count(b) <= self.capacity[b] for b in range(m))]

    def worth(self, choice: tuple[int, ...], objective: tuple[str, ...]) -> tuple[Any, ...]:
        """What each level counts, greater being better. Ranks and leximin are over mentees that are not locked."""
        score = self.score_of
        chosen = {a: score[a, b] for a, b in enumerate(choice) if b >= 0}
        fixed = dict(self.locked)
        ranked = Counter(
            len({x for (i, _), x in score.items() if i == a and x > chosen[a]}) for a in chosen if a not in fixed
        )
        loads = Counter(b for b in choice if b >= 0)
        counted = {
            "participation": len(chosen),
            "worst_off": min(chosen.values(), default=0),
            "balance": -sum(Fraction(k * k, int(self.capacity[b])) for b, k in loads.items()),
            "total": sum(chosen.values()),
            "leximin": (len(chosen), sorted(chosen.values())),
            "rank_maximal": [ranked[place] for place in range(len(self.capacity) + 1)],
        }
        return tuple(counted[level] for level in objective)

    def best(self, objective: tuple[str, ...]) -> tuple[Any, ...]:
        """The best worth of all feasible assignments."""
        return max(self.worth(choice, objective) for choice in self.feasible())


def random_case(rng: np.random.Generator, n: int = 12, m: int = 8, *, density: float = 0.6, decimals: int = 6,
                most: int = 2, n_locked: int = 0) -> Case:  # fmt: skip
    """Pairs in random order; scores from a normal distribution, few decimals making ties; capacities 0 to `most`."""
    i, j = np.nonzero(rng.random((n, m)) < density)
    order = rng.permutation(len(i))
    i, j = i[order], j[order]
    case = Case(i, j, np.round(rng.normal(size=len(i)), decimals), n, rng.integers(0, most + 1, m))
    left = case.capacity.copy()
    for a, b in zip(i.tolist(), j.tolist(), strict=True):
        if len(case.locked) < n_locked and left[b] and a not in dict(case.locked):
            case.locked.append((a, b))
            left[b] -= 1
    return case
