"""The scores among which the worst off's score is looked for."""

from __future__ import annotations

import numpy as np

from matching.face import Face
from matching.instance import Instance, Ints

_NONE = 2**62


def candidates(instance: Instance, face: Face, mentor_of: Ints, above: int | None) -> Ints:
    """The distinct scores, in millionths and ascending, that the least score of a best solution can have.

    `mentor_of`: a solution on the face; its least score can only be beaten. `above`: scores up to here are settled.
    """
    best = np.full(instance.n_mentees, -_NONE, np.int64)
    least = _NONE
    # Block by block: temporary arrays over all of fifty million pairs would need gigabytes.
    for part in instance.blocks():
        mentee, weight = instance.mentee[part], instance.weight[part]
        at = np.flatnonzero(face.is_open[part])
        if not at.size:
            continue
        begins = np.flatnonzero(np.diff(mentee[at], prepend=-1))  # pairs lie in the order of mentees
        who = mentee[at[begins]]
        best[who] = np.maximum(best[who], np.maximum.reduceat(weight[at], begins))
        own = at[mentor_of[mentee[at]] == instance.mentor[part][at]]
        if above is not None:
            own = own[weight[own] > above]
        if own.size:
            least = min(least, int(weight[own].min()))
    # Nobody who must be matched can do better than their best pair.
    most = int(best[face.must].min()) if above is None and face.must.any() else _NONE
    least = -_NONE if least == _NONE else min(least, most)
    found = []
    for part in instance.blocks():
        weight = instance.weight[part]
        inside = face.is_open[part] & (weight <= most) & (weight >= least)
        if above is not None:
            inside &= weight > above
        found.append(weight[inside])
    values = np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)
    # np.unique hashes, and takes 20 times as long on millions of values.
    return values[np.r_[True, values[1:] != values[:-1]]] if values.size else values
