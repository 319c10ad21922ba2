import numpy as np
import pandas as pd
import pytest

from evaluation.psychometrics import cronbach_alpha, item_points, scale_scores
from programme.config import Scale

SCALE = Scale.model_validate({
    "name": "safety", "title": {"sv": "x", "en": "x"}, "items": ["S[1]", "S[2]", "S[3]", "S[4]"],
    "reversed_items": ["S[4]"], "min_answered": 0.75,
})  # fmt: skip


def answers(*people: dict[str, float]) -> pd.DataFrame:
    rows = [("1", str(i), item, points) for i, one in enumerate(people) for item, points in one.items()]
    return pd.DataFrame(rows, columns=["survey_id", "response_id", "item", "points"])


def test_scores_turn_reversed_items_and_never_count_missing_as_nought():
    given = answers(
        {"S[1]": 4, "S[2]": 4, "S[3]": 4, "S[4]": 2},
        {"S[1]": 5, "S[2]": 5, "S[3]": 5},
        {"S[1]": 5, "S[2]": 5},
        {"S[1]": 5, "S[2]": 0, "S[3]": 5, "S[4]": 1},  # 0: "do not know"
        {"S[1]": 5, "S[2]": 0, "S[3]": 0, "S[4]": 9},
    )
    scores = scale_scores(item_points(given, SCALE), SCALE)
    assert scores.loc["1", "0"] == 4 and scores.loc["1", "1"] == 5 and scores.loc["1", "3"] == 5
    assert np.isnan(scores.loc["1", "2"]) and np.isnan(scores.loc["1", "4"])


def test_alpha_of_tau_equivalent_items():
    # Variances 10, covariances 6: alpha = 4/3 * (1 - 40/112) = .8571 (the example of Cho 2016, ORM 19:651-682).
    r = np.random.default_rng(0)
    raw = r.normal(size=(50, 4))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T)
    items = white @ np.linalg.cholesky(np.full((4, 4), 6.0) + 4 * np.eye(4)).T
    found = cronbach_alpha(items)
    assert found.estimate == pytest.approx(0.857143, abs=1e-6)
    assert found.low < found.estimate < found.high < 1 and (found.n, found.n_items) == (50, 4)


def test_alpha_interval_covers():
    r, hits = np.random.default_rng(1), 0
    for _ in range(300):
        common = r.normal(size=(40, 1))
        found = cronbach_alpha(common + r.normal(size=(40, 3)))  # alpha = .75
        hits += found.low <= 0.75 <= found.high
    assert 274 <= hits <= 296


@pytest.mark.parametrize("items", [np.ones((30, 3)), np.full((30, 3), np.nan), np.zeros((5, 3)), np.ones((30, 1))])
def test_alpha_says_too_little_data(items):
    found = cronbach_alpha(items)
    assert found.status == "too_little_data" and np.isnan(found.estimate) and found.reason
