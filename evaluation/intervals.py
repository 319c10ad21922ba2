"""Intervals of shares and means. Everything comes from counts and sums, so that the order of rows cannot matter."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy import special


class Interval(NamedTuple):
    """A 95 % interval; nan where there is too little to give one."""

    low: float
    high: float


NONE = Interval(math.nan, math.nan)
_Z = 1.959963984540054


def wilson(successes: float, n: float) -> Interval:
    """Wilson's score interval of a share. Source: Wilson (1927), JASA 22:209-212."""
    if not (n > 0 and 0 <= successes <= n):
        return NONE
    share, z2 = successes / n, _Z * _Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def mean_of_sums(n: float, total: float, total_of_squares: float) -> tuple[float, float, Interval]:
    """Mean, standard deviation (n - 1) and t interval from n, sum and sum of squares; nan where undefined."""
    if not n > 0:
        return math.nan, math.nan, NONE
    mean = total / n
    if n < 2:
        return mean, math.nan, NONE
    deviation = math.sqrt(max(0.0, (total_of_squares - total * total / n) / (n - 1)))
    half = float(special.stdtrit(n - 1, 0.975)) * deviation / math.sqrt(n)
    return mean, deviation, Interval(mean - half, mean + half)
