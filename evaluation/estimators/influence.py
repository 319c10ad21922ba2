"""Weighted estimates with the influence of each row on them, from stacked estimating equations.

Every function returns the influence scaled so that variance = sum(influence ** 2) / n ** 2; the estimation of the
weights is part of it. Source: Stefanski and Boos (2002), The American Statistician 56:29-38.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.estimators.balancing import propensity


@dataclass(frozen=True, slots=True)
class Fit:
    """A difference of weighted means (n rows): estimate, per-row influence (n,), weights of both arms."""

    estimate: float
    influence: np.ndarray
    w_treated: np.ndarray
    w_control: np.ndarray
    mean_treated: float
    mean_control: float


def entropy_fit(y: np.ndarray, treated: np.ndarray, X: np.ndarray, weights: np.ndarray) -> Fit:
    """ATT under entropy balancing weights of the controls (sum 1), whose coefficients and target are estimated too."""
    n, n1 = len(y), int(treated.sum())
    centred = X - X[treated].mean(axis=0)
    mean1, mean0 = float(y[treated].mean()), float(weights @ y[~treated])
    Zc = centred[~treated]
    design = np.column_stack([np.ones(len(Zc)), Zc])
    gram = np.linalg.pinv((design * weights[:, None]).T @ design, hermitian=True)
    slope = (gram @ ((design * weights[:, None]).T @ y[~treated]))[1:]
    leverage = np.clip(weights * np.einsum("ij,jk,ik->i", design, gram, design), 0.0, 0.9)
    influence = np.zeros(n)
    residual = (y[~treated] - mean0 - Zc @ slope) / np.sqrt(1 - leverage)
    influence[~treated] = -n * weights * residual
    fitted = centred[treated] @ slope
    influence[treated] = n / n1 * (y[treated] - mean1 - fitted) * np.sqrt(n1 / max(1, n1 - 1))
    return Fit(mean1 - mean0, influence, np.ones(n1), weights, mean1, mean0)


def ipw_fit(y: np.ndarray, treated: np.ndarray, Z: np.ndarray, score: np.ndarray) -> Fit:
    """ATT by odds of the propensity score, normalised (Hajek)."""
    odds = score / (1 - score)
    return _weighted(y, treated, Z, score, np.ones(len(y)), odds, np.zeros(len(y)), odds)


def overlap_fit(y: np.ndarray, treated: np.ndarray, Z: np.ndarray, score: np.ndarray) -> Fit:
    """ATO by overlap weights: 1 - score for the treated, score for the controls."""
    slope = score * (1 - score)
    return _weighted(y, treated, Z, score, 1 - score, score, -slope, slope)


def _weighted(y, treated, Z, score, w1, w0, slope1, slope0) -> Fit:
    n, t = len(y), treated.astype(float)
    w1, w0 = w1 * t, w0 * (1 - t)
    mean1, mean0 = float(w1 @ y / w1.sum()), float(w0 @ y / w0.sum())
    information = (Z * (score * (1 - score))[:, None]).T @ Z / n
    coefficients = np.linalg.solve(information, (Z * (t - score)[:, None]).T).T
    leverage = np.einsum("ij,jk,ik->i", Z, np.linalg.inv(information), Z) * score * (1 - score) / n
    grip = 1 / np.sqrt(1 - np.clip(leverage, 0.0, 0.9))
    pull1 = (slope1 * t * (y - mean1)) @ Z / w1.sum()
    pull0 = (slope0 * (1 - t) * (y - mean0)) @ Z / w0.sum()
    own = n * (w1 * (y - mean1) / w1.sum() - w0 * (y - mean0) / w0.sum())
    influence = (own + coefficients @ (pull1 - pull0)) * grip
    return Fit(mean1 - mean0, influence, w1[treated], w0[~treated], mean1, mean0)


def aipw_fit(y: np.ndarray, treated: np.ndarray, X: np.ndarray, seed: int, folds: int = 5) -> Fit:
    """ATT, doubly robust with cross-fitting: linear outcome regression of the controls, logistic propensity score."""
    n, n1 = len(y), int(treated.sum())
    rng = np.random.default_rng(seed)
    fold = np.empty(n, dtype=int)
    for arm in (treated, ~treated):  # each fold holds its share of both arms
        size = int(arm.sum())
        fold[arm] = rng.permutation(np.arange(size) % folds)
    fitted, odds = np.empty(n), np.empty(n)
    for k in range(folds):
        inside, outside = fold == k, fold != k
        base = outside & ~treated
        design = np.column_stack([np.ones(n), X])
        slope, *_ = np.linalg.lstsq(design[base], y[base], rcond=None)
        fitted[inside] = design[inside] @ slope
        score = _score_elsewhere(X, treated, outside, inside)
        odds[inside] = score / (1 - score)
    w0 = np.where(treated, 0.0, odds)
    w0 = w0 * (n1 / w0.sum())
    residual = y - fitted
    estimate = float((residual[treated].sum() - w0 @ residual) / n1)
    influence = n / n1 * (np.where(treated, residual - estimate, 0.0) - w0 * residual)
    mean1 = float(y[treated].mean())
    return Fit(estimate, influence, np.ones(n1), w0[~treated], mean1, mean1 - estimate)


def _score_elsewhere(X: np.ndarray, treated: np.ndarray, fit: np.ndarray, use: np.ndarray) -> np.ndarray:
    scale = X[fit].std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    score, _ = propensity(X[fit], treated[fit])
    linear = np.log(score / (1 - score))
    design = np.column_stack([np.ones(len(X)), (X - X[fit].mean(axis=0)) / scale])
    # The logit is linear in X: regressing it on X gives its coefficients back, collinear columns and all.
    slope, *_ = np.linalg.lstsq(design[fit], linear, rcond=None)
    return np.clip(1 / (1 + np.exp(-(design[use] @ slope))), 1e-4, 1 - 1e-4)
