"""A draw of places where more applicants are eligible than mentors have places for, with known odds for everybody.

Offers are split over strata in proportion to their applicants: each stratum gets the whole part of its quota, and the
offers that are left go to strata by randomised systematic sampling on the fractions (Madow, Annals of Mathematical
Statistics 1949; in random order after Hartley and Rao, Annals of Mathematical Statistics 1962). A stratum's expected
number of offers is then its exact quota, and everybody's odds are offers over applicants, whatever their stratum.
Within a stratum all orders are equally likely.

The draw is made before the matching. Whoever is offered a place and left without a mentor by the rules stays among the
offered: an evaluation that compares the offered with the others does so as drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.errors import MatchingError, some

COLUMNS = ("application_id", "person_id", "stratum", "is_offered", "probability", "draw_number")
_PURPOSE = 1  # keeps this draw apart from others made with the same seed
_UNKNOWN = "unknown"


def draw(
    applicants: pd.DataFrame, n_offers: int, strata: Sequence[str], seed: int, level_bands: Sequence[int] = ()
) -> pd.DataFrame:
    """Draw who is offered a place.

    `applicants`: one row each, with application_id, person_id and the strata's columns; rows in any order.
    `n_offers`: places, 0 or more. `strata`: columns; "level_band" is made of `level` and `level_bands`, the levels at
    which a new band begins. No column is read but these.

    Returns COLUMNS in the order of application numbers: the stratum (`division_id=A, level_band=4-6`), whether a place
    is offered, the odds that it would be (1 for all if there are places for all), and the applicant's place, from 1, in
    the draw of their stratum, which is also the order in which places given back go to others of the stratum.

    Raises MatchingError for a missing column, an application listed twice and a negative number.
    """
    people, labels = _checked(applicants, n_offers, strata, level_bands)
    n = len(people)
    codes, names = pd.factorize(np.asarray(labels, dtype=object), sort=True)
    size = np.bincount(codes, minlength=len(names)).astype(np.int64)
    rng = np.random.Generator(np.random.PCG64((seed, _PURPOSE)))
    offers = size if n_offers >= n else allot(size, n_offers, rng)
    number = np.zeros(n, np.int64)
    for stratum in range(len(names)):
        number[codes == stratum] = rng.permutation(int(size[stratum])) + 1
    return pd.DataFrame({
        "application_id": people["application_id"].to_numpy(dtype=np.int64),
        "person_id": people["person_id"].to_numpy(dtype=object),
        "stratum": np.asarray(labels, dtype=object),
        "is_offered": number <= offers[codes],
        "probability": np.full(n, 1.0 if n_offers >= n else n_offers / n),
        "draw_number": number,
    })  # fmt: skip


def allot(size: NDArray[np.int64], n_offers: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Offers per stratum: the quota's floor or ceiling, `n_offers` in all, in expectation exactly the quota.

    `size`: (n_strata,) applicants; `n_offers` at most their sum. Whole numbers throughout, so that nothing is rounded.
    """
    n = int(size.sum())
    whole, fraction = np.divmod(size * n_offers, n)
    order = rng.permutation(len(size))
    # Points u, u + n, u + 2n, ... on the line of the fractions laid end to end, in units of 1/n of an offer.
    ends = np.cumsum(fraction[order])
    point = int(rng.integers(n))
    extra = np.zeros(len(size), np.int64)
    extra[order] = np.diff((ends - point + n - 1) // n, prepend=(-point + n - 1) // n)
    return whole + extra


def _checked(
    applicants: pd.DataFrame, n_offers: int, strata: Sequence[str], level_bands: Sequence[int]
) -> tuple[pd.DataFrame, list[str]]:
    if n_offers < 0:
        raise MatchingError(f"n_offers: expected 0 or more, got {n_offers}")
    read = ["level" if name == "level_band" else name for name in strata]
    missing = [name for name in ("application_id", "person_id", *read) if name not in applicants.columns]
    if missing:
        raise MatchingError(f"lottery: columns {', '.join(missing)} are missing; give them or leave the stratum out")
    twice = applicants["application_id"].duplicated(keep=False).to_numpy()
    if twice.any():
        raise MatchingError(
            f"lottery, rows {some(np.flatnonzero(twice))}: application_id occurs more than once; keep one each"
        )
    people = applicants.sort_values("application_id").reset_index(drop=True)
    values = [_bands(people["level"], level_bands) if name == "level_band" else _texts(people[name]) for name in strata]
    labels = [
        ", ".join(f"{name}={v}" for name, v in zip(strata, row, strict=True)) for row in zip(*values, strict=True)
    ]
    return people, labels if strata else ["all"] * len(people)


def _texts(column: pd.Series) -> list[str]:
    return [_UNKNOWN if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
            for value in column]  # fmt: skip


def _bands(level: pd.Series, begins: Sequence[int]) -> list[str]:
    bounds = list(begins)
    between = [f"{low}-{high - 1}" if low < high - 1 else f"{low}" for low, high in pairwise(bounds)]
    names = [f"to {bounds[0] - 1}", *between, f"from {bounds[-1]}"] if bounds else ["all"]
    at = np.searchsorted(bounds, level.to_numpy(dtype=np.float64), side="right")
    return [_UNKNOWN if pd.isna(value) else names[k] for value, k in zip(level, at, strict=True)]
