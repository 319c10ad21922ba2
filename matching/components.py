"""Formulas of the score's components: each gives a pair a value in 0..1, unknown or empty answers giving 0."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.encoding import codes, ranks, same, sets
from matching.selection import Formula, Selection

Floats = NDArray[np.float64]

IDEAL_LEVEL_GAP = 2.0
TIME_ZONE_CAP = 6.0  # hours apart from which two working days hardly overlap
_GAP_WIDTH = 3.0  # levels away from the ideal at which experience counts nothing
_OTHER_UNIT = 0.5


def coverage(wanted: pd.Series, offered: pd.Series) -> Formula:
    """Share of what the mentee lists that the mentor lists too; asymmetric: offering more is no merit, no fault."""
    codes_of = sets(wanted, offered)
    n_wanted = np.maximum(codes_of.sizes()[0], 1)
    return lambda pairs: codes_of.common(pairs) / pairs.mentee(n_wanted)


def overlap(left: pd.Series, right: pd.Series) -> Formula:
    """Jaccard similarity: common codes over all codes of either."""
    codes_of = sets(left, right)
    n_left, n_right = codes_of.sizes()

    def formula(pairs: Selection) -> Floats:
        common = codes_of.common(pairs)
        return common / np.maximum(pairs.mentee(n_left) + pairs.mentor(n_right) - common, 1)

    return formula


def containment(left: pd.Series, right: pd.Series) -> Formula:
    """Common codes over those of the shorter list: 1 where one list holds all of the other."""
    codes_of = sets(left, right)
    n_left, n_right = (np.maximum(n, 1) for n in codes_of.sizes())
    return lambda pairs: codes_of.common(pairs) / np.minimum(pairs.mentee(n_left), pairs.mentor(n_right))


def is_same(left: pd.Series, right: pd.Series) -> Formula:
    """1 where both have the same known value."""
    formula = same(left, right)
    return lambda pairs: formula(pairs).astype(np.float64)


def _by_rank(lists: pd.Series, people: pd.Series) -> csr_array:
    """(lists x people): 1 for the first choice, falling evenly to 1/k for the last of k choices."""
    rank = ranks(lists, people)
    n_choices = np.array([len(names) for names in lists], dtype=np.float64)[rank.nonzero()[0]]
    return csr_array(((n_choices - rank.data + 1) / n_choices, rank.indices, rank.indptr), shape=rank.shape)


def preference(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """1 for the mentee's first choice, falling evenly to 1/k for the last of k choices, 0 for anyone else."""
    values = _by_rank(mentees["preferred_mentors"], mentors["person_id"])
    return lambda pairs: pairs.table(values)


def mentor_preference(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """The same for the mentor's ranked choices of mentees."""
    values = _by_rank(mentors["preferred_mentees"], mentees["person_id"]).T.tocsr()
    return lambda pairs: pairs.table(values)


def experience(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """1 where the mentor is IDEAL_LEVEL_GAP levels above the mentee, falling to 0 three levels off; unknown: 0."""
    below, above = (people["level"].to_numpy(dtype=np.float64) for people in (mentees, mentors))

    def formula(pairs: Selection) -> Floats:
        gap = pairs.mentor(above) - pairs.mentee(below)
        return np.nan_to_num(np.clip(1 - np.abs(gap - IDEAL_LEVEL_GAP) / _GAP_WIDTH, 0, 1), copy=False, nan=0.0)

    return formula


def distance(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """1 in another division, 0.5 in another unit of the same division, 0 in the same unit or where unknown."""
    same_unit = same(mentees["organisation_id"], mentors["organisation_id"])
    left, right = codes(mentees["division_id"], mentors["division_id"])

    def formula(pairs: Selection) -> Floats:
        a, b = pairs.mentee(left), pairs.mentor(right)
        value = np.where(a == b, _OTHER_UNIT, 1.0)
        value[same_unit(pairs) | (a < 0) | (b < 0)] = 0.0
        return value

    return formula


def hours_apart(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """Hours between the two time zones (offsets from UTC), the short way round the day; nan: unknown."""
    left, right = (people["time_zone"].to_numpy(dtype=np.float64) for people in (mentees, mentors))

    def formula(pairs: Selection) -> Floats:
        gap = np.abs(pairs.mentee(left) - pairs.mentor(right)) % 24
        return np.minimum(gap, 24 - gap)

    return formula


def time_zone(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """1 in the same time zone, falling evenly to 0 at TIME_ZONE_CAP hours; unknown: 0."""
    hours = hours_apart(mentees, mentors)
    return lambda pairs: np.nan_to_num(np.clip(1 - hours(pairs) / TIME_ZONE_CAP, 0, 1), nan=0.0)


def known(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """Whether either lists the other among the people they know."""
    by_mentee = ranks(mentees["known_people"], mentors["person_id"])
    by_mentor = ranks(mentors["known_people"], mentees["person_id"]).T.tocsr()
    return lambda pairs: (pairs.table(by_mentee) > 0) | (pairs.table(by_mentor) > 0)


def acquaintance(mentees: pd.DataFrame, mentors: pd.DataFrame) -> Formula:
    """1 where they do not know each other yet, 0 where either lists the other."""
    formula = known(mentees, mentors)
    return lambda pairs: (~formula(pairs)).astype(np.float64)
