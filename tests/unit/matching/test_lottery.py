"""The lottery: exact totals, odds that hold, nothing but the seed decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from matching.errors import MatchingError
from matching.lottery import COLUMNS, allot, draw
from tests.unit.matching.people import pid

SIZES = {"A": 7, "B": 13, "C": 2, None: 5}


def applicants(label="person"):
    divisions = [name for name, n in SIZES.items() for _ in range(n)]
    return pd.DataFrame({
        "application_id": np.arange(100, 100 + len(divisions)),
        "person_id": [pid(f"{label} {k}") for k in range(len(divisions))],
        "division_id": pd.Series(divisions, dtype=object),
        "level": [float(k % 9) for k in range(len(divisions))],
    })  # fmt: skip


def test_every_stratum_gets_floor_or_ceiling_of_its_quota_and_totals_are_exact():
    people = applicants()
    n = len(people)
    for n_offers in range(n):
        for seed in range(20):
            drawn = draw(people, n_offers, ["division_id"], seed)
            assert drawn["is_offered"].sum() == n_offers
            for name, size in SIZES.items():
                got = drawn.loc[drawn["stratum"] == f"division_id={name or 'unknown'}", "is_offered"].sum()
                assert size * n_offers // n <= got <= -(-size * n_offers // n)


def test_the_stored_odds_are_the_true_ones():
    people, n_offers, n_seeds = applicants(), 10, 2500
    drawn = [draw(people, n_offers, ["division_id"], seed) for seed in range(n_seeds)]
    odds = drawn[0]["probability"].to_numpy()
    assert odds == pytest.approx(n_offers / len(people), abs=1e-15)
    hits = sum(d["is_offered"].to_numpy().astype(np.int64) for d in drawn)
    z = (hits - n_seeds * odds) / np.sqrt(n_seeds * odds * (1 - odds))
    # Stratification makes the sum of squares smaller than independent draws would, never larger by chance alone.
    assert (z**2).sum() < stats.chi2.ppf(1 - 1e-6, len(people))
    assert np.abs(z).max() < 5
    # Draw numbers: each place of a stratum is equally likely for each of its people.
    places = np.array([d.loc[d["stratum"] == "division_id=C", "draw_number"] for d in drawn])
    assert stats.binomtest(int((places[:, 0] == 1).sum()), n_seeds).pvalue > 1e-6


def test_offers_that_are_left_over_go_to_strata_by_their_fractions():
    size, n_offers, n_draws = np.array([1, 2, 3, 5]), 4, 8000
    quota = size * n_offers / size.sum()
    rng = np.random.Generator(np.random.PCG64(7))
    got = np.array([allot(size, n_offers, rng) for _ in range(n_draws)])
    assert (got.sum(axis=1) == n_offers).all()
    assert (got >= np.floor(quota)).all() and (got <= np.ceil(quota)).all()
    spread = np.sqrt((quota % 1) * (1 - quota % 1) / n_draws)
    assert (np.abs(got.mean(axis=0) - quota) < 5 * spread).all()


def test_places_for_all_are_offered_to_all_with_certainty():
    for n_offers in (len(applicants()), 500):
        drawn = draw(applicants(), n_offers, ["division_id"], 3)
        assert drawn["is_offered"].all() and (drawn["probability"] == 1).all()
    assert not draw(applicants(), 0, ["division_id"], 3)["is_offered"].any()
    assert list(draw(applicants().iloc[:0], 3, ["division_id"], 1).columns) == list(COLUMNS)


def test_only_the_seed_and_application_numbers_decide():
    people = applicants()
    drawn = draw(people, 11, ["division_id", "level_band"], 5, (4, 7))
    again = draw(people.sample(frac=1, random_state=1), 11, ["division_id", "level_band"], 5, (4, 7))
    pd.testing.assert_frame_equal(drawn, again)
    assert drawn.to_csv().encode() == again.to_csv().encode()
    rotated = draw(applicants("other key"), 11, ["division_id", "level_band"], 5, (4, 7))
    pd.testing.assert_frame_equal(drawn.drop(columns="person_id"), rotated.drop(columns="person_id"))
    offered = {tuple(draw(people, 11, ["division_id"], seed)["is_offered"]) for seed in range(10)}
    assert len(offered) > 5


def test_level_bands_are_named_by_their_levels():
    people = applicants().assign(level=[np.nan, 3.0, 4.0, 6.0, 7.0] + [2.0] * (sum(SIZES.values()) - 5))
    bands = draw(people, 4, ["level_band"], 1, (4, 7))["stratum"].tolist()[:5]
    assert bands == [f"level_band={b}" for b in ("unknown", "to 3", "4-6", "4-6", "from 7")]


@pytest.mark.parametrize(
    ("change", "n_offers", "message"),
    [
        (lambda p: p.drop(columns="division_id"), 4, "columns division_id are missing"),
        (lambda p: p.assign(application_id=1), 4, "application_id occurs more than once"),
        (lambda p: p, -1, "n_offers: expected 0 or more, got -1"),
    ],
)
def test_what_cannot_be_drawn_is_named(change, n_offers, message):
    with pytest.raises(MatchingError, match=message):
        draw(change(applicants()), n_offers, ["division_id"], 1)
