"""Proof of an optimum: what it consists of, its seal, its form as JSON. `verify` checks it, and needs numpy only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.checker import check
from matching.checker_problem import Problem, WrongError

_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Report:
    """The checker's verdict: true if everything holds, else falsy with the first reason that does not."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


@dataclass(frozen=True, eq=False)
class Level:
    """The proof of one level: `mentee_price`, `mentor_price` in the unit of what the level counts.

    `value`: worst_off and leximin, the score in millionths that is the least (None: no pairs); rank_maximal, the rank.
    `mentee_price` and `mentor_price` are empty for a worst_off that a locked pair settles.
    """

    name: str
    value: int | None = None
    mentee_price: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)
    mentor_price: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, eq=False)
class Certificate:
    """Proof of an optimum: a level's prices for each level of the objective, for leximin and rank_maximal several.

    `seal`: a digest over certificate and assignment, so that two changes that happen to cancel out are found too.
    """

    objective: tuple[str, ...]
    levels: tuple[Level, ...]
    seal: str = ""

    def verify(
        self,
        assignment: Any,
        mentee: ArrayLike,
        mentor: ArrayLike,
        score: ArrayLike,
        *,
        n_mentees: int,
        capacity: ArrayLike,
        objective: Sequence[str],
        locked: Sequence[tuple[int, int]] = (),
    ) -> Report:
        """Check feasibility, every bound and complementary slackness on the problem as it was given.

        Arguments as in `matching.assign`. Never raises on tampered values: the report is falsy and says why.
        """
        try:
            problem = Problem(mentee, mentor, score, n_mentees, capacity, locked)
            check(self, assignment, problem, tuple(objective))
        except WrongError as wrong:
            return Report(str(wrong))
        except (TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
            return Report(f"malformed value: {error}")
        return Report()

    def sealed_by(self, assignment: Any) -> str:
        """The digest over this certificate and an assignment, 64 hex digits."""
        digest = hashlib.sha256(repr(self.objective).encode())
        for level in self.levels:
            digest.update(f"|{level.name} {level.value!r}|".encode())
            for part in (level.mentee_price, level.mentor_price):
                digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
        for part in (assignment.mentor_of, assignment.loads, *assignment.alternatives):
            digest.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
        digest.update(f"{assignment.matched!r} {float(assignment.worst)!r} {float(assignment.total)!r}".encode())
        return digest.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain lists and integers, for canonical JSON."""
        levels = [
            {"name": x.name, "value": x.value, "mentee_price": x.mentee_price.tolist(),
             "mentor_price": x.mentor_price.tolist()}
            for x in self.levels
        ]  # fmt: skip
        return {"objective": list(self.objective), "levels": levels, "seal": self.seal}

    @classmethod
    def from_json(cls, data: dict[str, Any] | str) -> Self:
        """The inverse of `to_json`, from the dict or its text."""
        data = json.loads(data) if isinstance(data, str) else data
        levels = tuple(
            Level(x["name"], x["value"], *(np.array(x[k], dtype=np.int64) for k in ("mentee_price", "mentor_price")))
            for x in data["levels"]
        )
        return cls(tuple(data["objective"]), levels, data["seal"])
