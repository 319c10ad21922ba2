import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from evaluation.estimators import (
    BalanceError,
    att,
    benjamini_hochberg,
    e_value,
    entropy_balance,
    holm,
    minimum_detectable_effect,
)


def draw(seed: int, n: int = 1500, effect: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r = np.random.default_rng(seed)
    X = np.column_stack([r.normal(size=n), r.binomial(1, 0.4, n), r.normal(size=n)])
    treated = r.random(n) < 1 / (1 + np.exp(2.8 - 0.7 * X[:, 0] - 0.6 * X[:, 1]))
    return effect * treated + X @ [0.5, 0.4, 0.3] + r.normal(size=n), treated, X


def test_entropy_weights_meet_the_treated_means_exactly():
    _, treated, X = draw(1)
    weights = entropy_balance(X, treated)
    assert weights.sum() == pytest.approx(1, abs=1e-12) and (weights > 0).all()
    np.testing.assert_allclose(weights @ X[~treated], X[treated].mean(axis=0), atol=1e-8)


def test_entropy_weights_are_exponential_in_the_covariates():
    # First-order condition of the Kullback-Leibler problem (Hainmueller 2012, eq. 6): log weights are linear in X.
    _, treated, X = draw(2)
    log_weights = np.log(entropy_balance(X, treated))
    design = np.column_stack([np.ones((~treated).sum()), X[~treated]])
    fitted = design @ np.linalg.lstsq(design, log_weights, rcond=None)[0]
    np.testing.assert_allclose(fitted, log_weights, atol=1e-8)


def test_entropy_weights_survive_collinear_and_constant_columns():
    _, treated, X = draw(3)
    wide = np.column_stack([X, X[:, 0] + X[:, 1], np.ones(len(X)), 1000 * X[:, 2]])
    np.testing.assert_allclose(entropy_balance(wide, treated), entropy_balance(X, treated), atol=1e-8)


def test_without_overlap_there_are_no_weights():
    treated = np.r_[np.ones(50), np.zeros(50)]
    with pytest.raises(BalanceError, match=r"outside|no weights"):
        entropy_balance(treated + np.linspace(0, 0.1, 100), treated)


@pytest.mark.parametrize("method", ["entropy", "ipw", "overlap"])
def test_one_binary_covariate_has_a_closed_form(method):
    r = np.random.default_rng(4)
    x = np.repeat([0.0, 1.0], [400, 300])
    treated = np.r_[np.arange(400) < 60, np.arange(300) < 120]
    y = r.normal(size=700) + x
    gaps, shares = [], []
    for s, (n, n1) in enumerate([(400, 60), (300, 120)]):
        own = x == s
        gaps.append(y[own & treated].mean() - y[own & ~treated].mean())
        shares.append(n1 * (n - n1) / n if method == "overlap" else n1)
    found = att(y, treated, x[:, None], method)
    assert found.estimate == pytest.approx(np.average(gaps, weights=shares), abs=1e-7)
    assert found.estimand == ("ATO" if method == "overlap" else "ATT")


@pytest.mark.parametrize("method", ["entropy", "ipw", "aipw", "overlap"])
def test_intervals_hold_the_truth_where_the_naive_difference_does_not(method):
    found = [att(*draw(seed), method) for seed in range(60)]
    covered = sum(e.low <= 0.3 <= e.high for e in found)
    assert covered >= 52  # 95 % of 60 is 57; fewer than 52 has a chance of 1 in 500
    assert abs(np.mean([e.estimate for e in found]) - 0.3) < 0.05
    assert np.mean([e.naive for e in found]) > 0.55
    spread = np.std([e.estimate for e in found], ddof=1)
    assert np.mean([e.se for e in found]) == pytest.approx(spread, rel=0.3)


@pytest.mark.parametrize("method", ["entropy", "ipw", "aipw", "overlap"])
def test_the_order_of_rows_changes_nothing(method):
    y, treated, X = draw(5, n=500)
    shuffled = np.random.default_rng(0).permutation(len(y))
    one, other = att(y, treated, X, method), att(y[shuffled], treated[shuffled], X[shuffled], method)
    assert (one.estimate, one.se, one.ess) == (other.estimate, other.se, other.ess)


def test_rows_copied_within_clusters_do_not_narrow_the_interval():
    y, treated, X = draw(6, n=600)
    person = np.arange(600)
    once = att(y, treated, X, cluster=person)
    thrice = att(np.tile(y, 3), np.tile(treated, 3), np.tile(X, (3, 1)), cluster=np.tile(person, 3))
    assert thrice.se == pytest.approx(once.se, rel=0.02)


def test_strata_without_both_arms_are_left_out():
    y, treated, X = draw(7, n=800)
    strata = np.where(np.arange(800) < 700, "a", "b")
    treated[700:] = False
    found = att(y, treated, X, strata=strata)
    assert (found.status, found.n_treated + found.n_control) == ("ok", 700)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda y, t, X: (y, np.arange(len(t)) < 30, X), "at least 40"),
        (lambda y, t, X: (np.ones(len(y)), t, X), "same for everybody"),
        (lambda y, t, X: (np.full(len(y), np.nan), t, X), "at least 40"),
        (lambda y, t, X: (y, t, X + 50 * t[:, None]), "no overlap"),
    ],
)
@pytest.mark.parametrize("method", ["entropy", "ipw", "aipw", "overlap"])
def test_too_little_data_says_why_and_gives_no_number(change, reason, method):
    found = att(*change(*draw(8, n=1000)), method)
    assert found.status == "too_little_data" and reason in found.reason
    assert np.isnan([found.estimate, found.se, found.low, found.high, found.naive]).all()


def test_missing_covariates_are_marked_and_missing_outcomes_left_out():
    y, treated, X = draw(9)
    X[::7, 0], y[::11] = np.nan, np.nan
    found = att(y, treated, pd.DataFrame(X, columns=["a", "b", "c"]))
    assert found.status == "ok" and "a missing" in found.names
    assert found.n_treated + found.n_control == np.isfinite(y).sum()
    assert found.balance["smd_after"].abs().max() < 1e-6


def test_e_value_of_the_published_example():
    # VanderWeele and Ding (2017), p. 269: risk ratio 3.9 (1.8 to 8.7) of Victora et al. gives E-values 7.26 and 3.0.
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert np.isnan(e_value(-1)) and e_value(1) == 1


def test_corrections_agree_with_statsmodels():
    p = np.array([0.01, 0.04, 0.03, 0.2, 0.005])
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])
    np.testing.assert_allclose(benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1])
    assert holm(np.array([0.02, np.nan]))[0] == pytest.approx(0.04)  # a question not yet answered is asked all the same


def test_minimum_detectable_effect_is_bloom_s_multiple():
    assert minimum_detectable_effect(1.0) == pytest.approx(2.80, abs=0.005)  # Bloom (1995), 80 % power, two-sided 5 %
