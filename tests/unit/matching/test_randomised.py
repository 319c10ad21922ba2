"""A draw among near-optimal assignments: odds, order, bytes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from matching.errors import MatchingError
from matching.randomised import draw

OPTIMUM = np.array([0, 1, 2, -1])
OTHERS = [np.array([1, 0, 2, -1]), np.array([0, 2, -1, 1])]


def test_odds_are_shares_of_the_candidates_that_contain_the_pair():
    pairs = draw(OPTIMUM, OTHERS, 1).pairs.set_index(["mentee", "mentor"])["probability"]
    assert pairs.to_dict() == pytest.approx(
        {(0, 0): 2 / 3, (0, 1): 1 / 3, (1, 0): 1 / 3, (1, 1): 1 / 3, (1, 2): 1 / 3, (2, 2): 2 / 3, (3, 1): 1 / 3}
    )


def test_each_candidate_is_drawn_equally_often():
    drawn = [tuple(draw(OPTIMUM, OTHERS, seed).mentor_of) for seed in range(1500)]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 3
    assert stats.chisquare(counts).pvalue > 1e-6


def test_doubles_and_order_of_candidates_do_not_matter():
    for seed in range(20):
        first = draw(OPTIMUM, OTHERS, seed)
        second = draw(OTHERS[1], [OPTIMUM, OTHERS[0], OPTIMUM], seed)
        assert first.n_candidates == second.n_candidates == 3
        assert first.mentor_of.tobytes() == second.mentor_of.tobytes()
        pd.testing.assert_frame_equal(first.pairs, second.pairs)
        drawn = first.pairs[first.pairs["is_drawn"]]
        assert dict(zip(drawn["mentee"], drawn["mentor"], strict=True)) == {
            i: j for i, j in enumerate(first.mentor_of) if j >= 0
        }


def test_without_alternatives_the_optimum_is_certain():
    found = draw(OPTIMUM, [], 9)
    assert found.mentor_of.tolist() == OPTIMUM.tolist()
    assert (found.pairs["probability"] == 1).all() and found.pairs["is_drawn"].all()


def test_candidates_of_different_lengths_are_refused():
    with pytest.raises(MatchingError, match="expected 4 mentees in each"):
        draw(OPTIMUM, [np.array([0, 1])], 1)
