"""Stable assignments from ranked lists, by deferred acceptance."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.assignment import Assignment
from matching.blocking import Preferences, StabilityCertificate
from matching.errors import MatchingError, some
from matching.instance import Ints


def stable(
    mentee_preferences: Preferences, mentor_preferences: Preferences, capacity: Sequence[int] | Ints
) -> Assignment:
    """A weakly stable assignment: no mentee and mentor would both rather have each other.

    `mentee_preferences`: for each mentee a list of groups (lists) of mentors, best group first; those in one group are
    equally good, and a mentor in no group is unacceptable. `mentor_preferences`: the same of mentees, for each mentor.
    `capacity`: one integer per mentor.

    Mentees propose (Gale and Shapley, American Mathematical Monthly 1962). Ties are broken by index, which is taken as
    the order of application; among the assignments that are stable then, every mentee gets the best mentor they could
    have in any. With ties, another way to break them may match more people.

    There are no scores: `worst` is nan and `total` 0. `certificate` is a StabilityCertificate, whose `verify` takes the
    assignment and the three arguments of this function.

    Raises MatchingError (a ValueError) that names the rows for an index out of range, an index that a person lists
    twice, and a negative capacity.
    """
    n, m = len(mentee_preferences), len(mentor_preferences)
    room = _capacity(capacity, m)
    mentee, mentor, rank = _flat(mentee_preferences, "mentee_preferences", m)
    owner, other, place = _flat(mentor_preferences, "mentor_preferences", n)

    # A mentor's order as one number, ties broken: place * n + mentee; -1 where the mentor does not accept the mentee.
    key = owner * n + other
    order = np.argsort(key)
    at = np.searchsorted(key[order], mentor * n + mentee)
    at = order[np.minimum(at, max(len(key) - 1, 0))] if len(key) else np.zeros(0, np.int64)
    mutual = (key[at] == mentor * n + mentee) if len(key) else np.zeros(len(mentee), bool)
    mutual &= room[mentor] > 0
    mentee, mentor, rank = mentee[mutual], mentor[mutual], rank[mutual]
    worth = -(place[at[mutual]] * n + mentee) if len(key) else mentee
    by_list = np.lexsort((mentor, rank, mentee))
    first = np.searchsorted(mentee, np.arange(n + 1))
    mentor_of = _propose(n, m, first.tolist(), mentor[by_list].tolist(), worth[by_list].tolist(), room.tolist())
    loads = np.bincount(mentor_of[mentor_of >= 0], minlength=m).astype(np.int64)
    return Assignment(mentor_of, int(loads.sum()), math.nan, 0.0, loads, StabilityCertificate())


def _propose(n: int, m: int, first: list[int], mentor: list[int], worth: list[int], room: list[int]) -> Ints:
    """Deferred acceptance; `worth`: of each proposal to its mentor, minus (a number * n + mentee)."""
    held: list[list[int]] = [[] for _ in range(m)]  # heaps: the mentee who would be let go first is on top
    position = first[:-1]
    for start in range(n):
        a = start
        while position[a] < first[a + 1]:
            at = position[a]
            position[a] += 1
            heap = held[mentor[at]]
            if len(heap) < room[mentor[at]]:
                heapq.heappush(heap, worth[at])
                break
            if worth[at] > heap[0]:
                a = -heapq.heapreplace(heap, worth[at]) % n  # who is let go proposes next
    mentor_of = np.full(n, -1, np.int64)
    for b, heap in enumerate(held):
        for value in heap:
            mentor_of[-value % n] = b
    return mentor_of


def _flat(preferences: Preferences, name: str, n_others: int) -> tuple[Ints, Ints, Ints]:
    """All entries of all lists: whose, who, and the group's place from 0."""
    try:
        n_groups = np.fromiter(map(len, preferences), np.int64, len(preferences))
        groups = list(chain.from_iterable(preferences))
        sizes = np.fromiter(map(len, groups), np.int64, len(groups))
        who = np.array(list(chain.from_iterable(groups)))
    except TypeError:
        raise MatchingError(f"{name}, rows {some(_malformed(preferences))}: expected a list of groups, each a list of "
                            "indices; put an index without ties into a list of its own") from None  # fmt: skip
    person = np.repeat(np.arange(len(preferences)), n_groups)
    place = np.arange(len(groups)) - np.repeat(np.cumsum(n_groups) - n_groups, n_groups)
    person, place = np.repeat(person, sizes), np.repeat(place, sizes)
    if not who.size:
        return (np.zeros(0, np.int64),) * 3
    if who.dtype.kind not in "iu":
        raise MatchingError(f"{name}, rows {some(_malformed(preferences))}: expected integers, one for each of a group")
    _refuse(person, (who < 0) | (who >= n_others), name, f"an index out of range; expected 0 to {n_others - 1}")
    who = who.astype(np.int64)
    key = person * n_others + who
    order = np.argsort(key, kind="stable")
    twice = np.zeros(len(key), bool)
    twice[order[1:]] = key[order[1:]] == key[order[:-1]]
    _refuse(person, twice, name, "an index is listed twice; list each person once")
    return person, who, place


def _refuse(person: Ints, wrong: NDArray[np.bool_], name: str, problem: str) -> None:
    if wrong.any():
        raise MatchingError(f"{name}, rows {some(np.unique(person[wrong]))}: {problem}")


def _malformed(preferences: Preferences) -> list[int]:
    def is_index(x: object) -> bool:
        return isinstance(x, (int, np.integer)) and not isinstance(x, bool)

    def is_list(groups: object) -> bool:
        listed = (list, tuple, np.ndarray)
        return isinstance(groups, listed) and all(isinstance(g, listed) and all(map(is_index, g)) for g in groups)

    return [row for row, groups in enumerate(preferences) if not is_list(groups)]


def _capacity(capacity: Sequence[int] | Ints, n_mentors: int) -> Ints:
    room = np.asarray(capacity)
    if room.shape != (n_mentors,) or (room.size and room.dtype.kind not in "iu"):
        raise MatchingError(f"capacity: expected {n_mentors} integers, one for each mentor, got shape {room.shape}")
    wrong = np.flatnonzero(room < 0)
    if wrong.size:
        raise MatchingError(f"capacity, rows {some(wrong)}: is negative; expected 0 or more")
    return room.astype(np.int64)
