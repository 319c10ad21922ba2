"""One of several near-optimal assignments, drawn by lot, with each pair's odds.

Where some pairs are in one near-optimal assignment and not in another, the draw between them is an experiment: what
follows can be compared for mentees by the mentor they drew, weighted by the odds kept here (Abdulkadiroğlu, Angrist,
Narita and Pathak, Econometrica 2017, on assignment propensities).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from matching.errors import MatchingError
from matching.instance import Ints

_PURPOSE = 2  # keeps this draw apart from others made with the same seed


@dataclass(frozen=True, eq=False)
class Randomised:
    """A drawn assignment.

    `mentor_of`: (n_mentees,) index of the mentor, -1 if unmatched. `n_candidates`: different assignments drawn from.
    `pairs`: every pair of any candidate by mentee and mentor (indices), its probability (share of the candidates that
    contain it) and whether it was drawn. A mentee's probabilities add up to the odds of being matched.
    """

    mentor_of: Ints
    n_candidates: int
    pairs: pd.DataFrame


def draw(optimum: ArrayLike, alternatives: Sequence[ArrayLike], seed: int) -> Randomised:
    """Draw one of the optimum and its alternatives, each different one with the same odds.

    `optimum` and each alternative: (n_mentees,) mentor's index or -1. Neither their order nor doubles matter.
    Raises MatchingError for candidates of different lengths.
    """
    candidates = [np.asarray(c, dtype=np.int64) for c in (optimum, *alternatives)]
    lengths = {len(c) for c in candidates}
    if len(lengths) > 1:
        raise MatchingError(
            f"alternatives: expected {len(candidates[0])} mentees in each as in the optimum, got {sorted(lengths)}"
        )
    different = np.unique(np.stack(candidates), axis=0)  # sorted too, so that the order given does not matter
    rng = np.random.Generator(np.random.PCG64((seed, _PURPOSE)))
    chosen = different[int(rng.integers(len(different)))]
    _, mentee = np.nonzero(different >= 0)
    pair, count = np.unique(np.stack([mentee, different[different >= 0]], axis=1), axis=0, return_counts=True)
    pairs = pd.DataFrame({
        "mentee": pair[:, 0],
        "mentor": pair[:, 1],
        "probability": count / len(different),
        "is_drawn": chosen[pair[:, 0]] == pair[:, 1],
    })  # fmt: skip
    return Randomised(chosen.copy(), len(different), pairs)
