"""How many pairs survive other weights: would a somewhat different judgement have given other pairs?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import phrases
from matching.errors import MatchingError
from matching.problem import Problem
from matching.solving import solve
from matching.texts import mark, text

SAID = mark("If the weights are changed by {share} per cent, {kept} of {n} pairs stay whichever change is made.")
WORST = mark("The change that moves most leaves {kept} of {n} pairs as they are: {what}.")
UP, DOWN = mark("more weight on {label}"), mark("less weight on {label}")
ALL = mark("all weights are changed at random")
NO_PAIRS = mark("There are no pairs to test.")


@dataclass(frozen=True, eq=False)
class Robustness:
    """`changes`: change (component or "all"), factor (nan for "all"), draw (0 for a component), n_kept, share_kept.

    `pairs`: mentee, mentor (application numbers), share_kept: the share of changes under which the pair stays. `share`:
    by how much weights were changed.
    """

    changes: pd.DataFrame
    pairs: pd.DataFrame
    share: float

    def text(self, language: str) -> str:
        """Two plain sentences. `language`: sv or en."""
        n = len(self.pairs)
        if n == 0 or self.changes.empty:
            return text(NO_PAIRS, language)
        kept = int((self.pairs["share_kept"] == 1).sum())
        said = text(SAID, language, share=phrases.decimal(100 * self.share, 0, language), kept=kept, n=n)
        if kept == n:
            return said
        row = self.changes.loc[self.changes["n_kept"].idxmin()]
        name = phrases.label(str(row["change"]), language)
        what = text(ALL, language) if row["draw"] else text(UP if row["factor"] > 1 else DOWN, language, label=name)
        return f"{said} {text(WORST, language, kept=int(row['n_kept']), n=n, what=what)}"


def survival(
    problem: Problem, mentor_of: NDArray[np.int64], rescore: Callable[[Mapping[str, float]], NDArray[np.int32]], *,
    share: float = 0.1, draws: int = 10, seed: int = 1,
) -> Robustness:  # fmt: skip
    """Solve with each weight in turn `share` up and down, and `draws` times with all changed at random.

    `rescore`: weights to the (mentees x mentors) scores in millionths that they give. At random: each weight times a
    factor drawn evenly from 1 - share to 1 + share. Weights of 0 stay 0. MatchingError unless 0 < share < 1.
    """
    if not 0 < share < 1:
        raise MatchingError(f"share: expected a number between 0 and 1, such as 0.1, got {share!r}")
    matched = np.flatnonzero(mentor_of >= 0)
    stays = np.zeros(len(matched), np.int64)
    rows = []
    for name, factor, draw, weights in _changed(problem.weights, share, draws, seed):
        score = np.asarray(rescore(weights))
        if score.shape != problem.score.shape:
            raise MatchingError(f"rescore: expected scores of shape {problem.score.shape}, got {score.shape}")
        kept = solve(replace(problem, weights=weights, score=score.astype(np.int32))).mentor_of == mentor_of
        stays += kept[matched]
        n_kept = int(kept[matched].sum())
        rows.append((name, factor, draw, n_kept, n_kept / len(matched) if len(matched) else np.nan))
    mentees, mentors = (f["application_id"].to_numpy() for f in (problem.mentees, problem.mentors))
    pairs = pd.DataFrame({
        "mentee": mentees[matched], "mentor": mentors[mentor_of[matched]], "share_kept": stays / max(1, len(rows)),
    })  # fmt: skip
    return Robustness(pd.DataFrame(rows, columns=["change", "factor", "draw", "n_kept", "share_kept"]), pairs, share)


def _changed(
    weights: Mapping[str, float], share: float, draws: int, seed: int
) -> Iterator[tuple[str, float, int, dict[str, float]]]:
    # A single component alone has nothing to be weighed against, and a weight of 0 does not change.
    used = [name for name, weight in weights.items() if weight > 0]
    for name in used:
        for factor in (1 - share, 1 + share):
            yield name, factor, 0, {**weights, name: weights[name] * factor}
    rng = np.random.default_rng(seed)
    for draw in range(1, draws + 1):
        factors = dict(zip(used, rng.uniform(1 - share, 1 + share, len(used)).tolist(), strict=True))
        yield "all", np.nan, draw, {name: weight * factors.get(name, 1.0) for name, weight in weights.items()}
