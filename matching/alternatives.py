"""Near-optimal assignments beside the optimum, from which a draw by lot may choose."""

from __future__ import annotations

import math

import numpy as np

from matching import flow
from matching.columns import Columns
from matching.face import Face, Gain
from matching.instance import Instance, Ints

TOLERANCE = 0.02  # of the optimum's total, in size
_SEED = 20_240_229
_TRIES = 4  # for each alternative that is asked for
_WIDER = (1, 4, 16)  # noise beyond what keeps the total for certain finds more, and is then judged by its total


def near(instance: Instance, face: Face, columns: Columns, mentor_of: Ints, number: int) -> tuple[Ints, ...]:
    """Up to `number` assignments (free mentees only), distinct from the optimum `mentor_of` and from each other.

    Each matches as many mentees, and its total, locked pairs included, is less than the optimum's by at most TOLERANCE
    of its size. They come from solving again for the total, each time on the pairs of `columns` that `face` leaves
    open, with a little noise on every score; the noise is the same for the same instance.
    """
    rng = np.random.default_rng(_SEED)
    pairs = columns.of(face)
    weight = instance.weight.astype(np.int64)
    n_matched = int((mentor_of >= 0).sum())
    optimum = _total(instance, weight, mentor_of)
    allowed = math.floor(abs(optimum) * TOLERANCE)
    # Noise of at most this size on each pair cannot cost more than the tolerance in all.
    size = max(allowed // max(n_matched, 1), 1)
    found: dict[bytes, Ints] = {}
    for attempt in range(_TRIES * number):
        if len(found) == number or not n_matched:
            break
        noise = rng.integers(0, size * _WIDER[attempt % len(_WIDER)], len(pairs), endpoint=True)
        changed = np.zeros(len(weight), np.int64)
        changed[pairs] = weight[pairs] + noise
        other = flow.best(instance, face, Gain(changed), pairs)
        if (
            int((other >= 0).sum()) == n_matched
            and _total(instance, weight, other) >= optimum - allowed
            and not np.array_equal(other, mentor_of)
        ):
            found.setdefault(other.tobytes(), other)
    return tuple(found.values())


def _total(instance: Instance, weight: Ints, mentor_of: Ints) -> int:
    return sum(weight[instance.chosen(mentor_of)].tolist()) + sum(instance.locked_weight.tolist())
