"""Does an assignment leave two people who would rather have each other? Shares no code with the solver."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matching.certificate import Report
from matching.errors import MatchingError

Preferences = Sequence[Sequence[Sequence[int]]]


def blocking_pairs(
    mentor_of: ArrayLike, mentee_preferences: Preferences, mentor_preferences: Preferences, capacity: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs (mentee, mentor) that would both rather have each other; none if the assignment is weakly stable.

    `mentor_of`: (n_mentees,) index of the mentor, -1 if unmatched. Preferences and `capacity` as in `stable`. A mentee
    prefers a mentor of a better group, and any mentor on the list to none; a mentor prefers a mentee of a better group
    to the worst one they have, and any mentee on the list to a free place. In the order of mentees, best mentor first.

    Raises MatchingError (a ValueError) if lengths do not agree or an index is out of range.
    """
    held = np.asarray(mentor_of)
    if held.shape != (len(mentee_preferences),) or (held.size and held.dtype.kind not in "iu"):
        raise MatchingError(f"mentor_of: expected {len(mentee_preferences)} integers, one for each mentee")
    if len(capacity) != len(mentor_preferences):
        raise MatchingError(f"capacity: expected {len(mentor_preferences)} entries, got {len(capacity)}")
    n_mentors = len(mentor_preferences)
    place = [{a: r for r, group in enumerate(groups) for a in group} for groups in mentor_preferences]
    mentor = held.tolist()
    load, worst = [0] * n_mentors, [-1.0] * n_mentors
    for a, b in enumerate(mentor):
        if not -1 <= b < n_mentors:
            raise MatchingError(f"mentor_of, rows {a}: unknown mentor {b}; expected -1 to {n_mentors - 1}")
        if b >= 0:
            load[b] += 1
            worst[b] = max(worst[b], place[b].get(a, math.inf))
    blocking = []
    for a, groups in enumerate(mentee_preferences):
        for group in groups:
            if mentor[a] in group:
                break
            for b in group:
                if not 0 <= b < n_mentors:
                    raise MatchingError(f"mentee_preferences, rows {a}: unknown mentor {b}")
                wanted = place[b].get(a)
                # A mentor without places takes nobody, however good.
                if wanted is not None and (load[b] < capacity[b] or wanted < worst[b]):
                    blocking.append((a, int(b)))
    return blocking


@dataclass(frozen=True)
class StabilityCertificate:
    """That an assignment is weakly stable. It needs no figures: the preferences themselves decide."""

    def verify(
        self, assignment: Any, mentee_preferences: Preferences, mentor_preferences: Preferences, capacity: Sequence[int]
    ) -> Report:
        """Check every figure, that both of each pair accept each other, and that no pair blocks.

        Never raises on tampered values: the report is falsy and says why.
        """
        try:
            return Report(_fault(assignment, mentee_preferences, mentor_preferences, capacity))
        except (TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
            return Report(f"malformed value: {error}")


def _fault(
    assignment: Any, mentee_preferences: Preferences, mentor_preferences: Preferences, capacity: Sequence[int]
) -> str:
    blocking = blocking_pairs(assignment.mentor_of, mentee_preferences, mentor_preferences, capacity)
    if blocking:
        return f"mentee {blocking[0][0]} and mentor {blocking[0][1]} would rather have each other"
    load = [0] * len(capacity)
    for a, b in enumerate(np.asarray(assignment.mentor_of).tolist()):
        if b < 0:
            continue
        load[b] += 1
        if not any(b in group for group in mentee_preferences[a]):
            return f"mentor {b} is not on the list of mentee {a}"
        if not any(a in group for group in mentor_preferences[b]):
            return f"mentee {a} is not on the list of mentor {b}"
    if any(k > room for k, room in zip(load, capacity, strict=True)):
        return "capacity exceeded"
    if np.asarray(assignment.loads).tolist() != load:
        return "loads: not the number of mentees of each mentor"
    if assignment.matched != sum(load):
        return "matched: not the number of pairs"
    if not math.isnan(assignment.worst) or assignment.total != 0 or len(assignment.alternatives):
        return "worst, total and alternatives: expected nan, 0 and none, as there are no scores"
    return ""
