"""Weights that make controls look like the treated: entropy balancing and the propensity score."""

from __future__ import annotations

import numpy as np
from scipy import linalg, special

_MAX_STEPS = 200
_TOLERANCE = 1e-9


class BalanceError(ValueError):
    """No weights bring the controls to the treated: their covariates do not overlap."""


def entropy_balance(X: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Weights of the controls, in their order, positive, sum 1, whose means of X equal those of the treated (ATT).

    X: (n, k) finite numbers; treated: (n,) 0/1. Among all weights that balance the first moments these lie nearest to
    equal ones in the sense of Kullback and Leibler. Columns that others imply are left out. Raises BalanceError when
    the treated means lie outside what the controls can be weighted to.
    Source: Hainmueller (2012), Political Analysis 20:25-46; solved in its dual by Newton's method.
    """
    X, treated = _checked(X, treated)
    controls, target = X[~treated], X[treated].mean(axis=0)
    if not X.shape[1]:
        return np.full(len(controls), 1 / len(controls))
    scale = X.std(axis=0)
    varies = scale > 1e-12 * np.maximum(1.0, np.abs(X).max(axis=0))
    Z = (controls[:, varies] - target[varies]) / scale[varies]
    constant_in_controls = Z.std(axis=0) < 1e-12
    if (np.abs(Z[:, constant_in_controls]).max(axis=0, initial=0.0) > 1e-9).any():
        raise BalanceError("a covariate is the same for all controls and another one among the treated")
    Z = Z[:, ~constant_in_controls]
    Z = Z[:, _independent(Z)]
    weights = np.full(len(controls), 1 / len(controls)) if not Z.shape[1] else _dual(Z)
    gap = np.abs((weights @ controls - target)[varies] / scale[varies])
    if gap.max(initial=0.0) > 1e-6:
        raise BalanceError("no weights balance the covariates: the treated lie outside the range of the controls")
    return weights


def _dual(Z: np.ndarray) -> np.ndarray:
    coefficients = np.zeros(Z.shape[1])
    value, weights = _objective(Z, coefficients)
    for _ in range(_MAX_STEPS):
        gradient = weights @ Z
        if np.abs(gradient).max() < _TOLERANCE:
            return weights
        hessian = (Z * weights[:, None]).T @ Z - np.outer(gradient, gradient)
        hessian[np.diag_indices_from(hessian)] += 1e-12 * max(1.0, float(np.trace(hessian)))
        step = linalg.solve(hessian, -gradient, assume_a="sym", check_finite=False)
        slope, length = float(gradient @ step), 1.0
        while length > 1e-10:
            candidate = coefficients + length * step
            new_value, new_weights = _objective(Z, candidate)
            if new_value <= value + 1e-4 * length * slope or abs(new_value - value) < 1e-14:
                break
            length /= 2
        coefficients, value, weights = candidate, new_value, new_weights
        # Without overlap the dual has no minimum and its coefficients run away.
        if np.abs(coefficients).max() > 1e3 or weights.max() > 0.999:
            break
    if np.abs(weights @ Z).max() < 1e-7:
        return weights
    raise BalanceError("no weights balance the covariates: the treated lie outside the range of the controls")


def _objective(Z: np.ndarray, coefficients: np.ndarray) -> tuple[float, np.ndarray]:
    score = Z @ coefficients
    top = float(score.max())
    raw = np.exp(score - top)
    total = float(raw.sum())
    return top + float(np.log(total)), raw / total


def propensity(X: np.ndarray, treated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Propensity scores (n,) by logistic regression, and the design matrix (n, p) with its constant.

    Raises BalanceError under (quasi-)complete separation, where no maximum of the likelihood exists.
    Source: Rosenbaum and Rubin (1983), Biometrika 70:41-55; iteratively reweighted least squares.
    """
    X, treated = _checked(X, treated)
    scale = X.std(axis=0)
    Z = (X - X.mean(axis=0))[:, scale > 1e-12] / scale[scale > 1e-12]
    Z = np.column_stack([np.ones(len(X)), Z[:, _independent(Z)]])
    y, coefficients = treated.astype(float), np.zeros(Z.shape[1])
    coefficients[0] = np.log(y.mean() / (1 - y.mean()))
    for _ in range(60):
        score = special.expit(Z @ coefficients)
        gradient = Z.T @ (y - score)
        if np.abs(gradient).max() < 1e-8 * len(y):
            break
        hessian = (Z * (score * (1 - score))[:, None]).T @ Z
        try:
            coefficients = coefficients + linalg.solve(hessian, gradient, assume_a="pos", check_finite=False)
        except (linalg.LinAlgError, ValueError):
            raise BalanceError("the covariates tell treated and controls apart completely (separation)") from None
        if not np.isfinite(coefficients).all() or np.abs(coefficients).max() > 25:
            raise BalanceError("the covariates tell treated and controls apart completely (separation)")
    else:
        raise BalanceError("the propensity model does not converge")
    score = special.expit(Z @ coefficients)
    # Under separation the likelihood rises for ever: the search ends at scores of nought and one, or far out.
    if np.abs(y - score).max() < 0.01 or np.abs(coefficients[1:]).max(initial=0.0) > 12:
        raise BalanceError("the covariates tell treated and controls apart completely (separation)")
    return score, Z


def _independent(Z: np.ndarray) -> np.ndarray:
    """Positions of columns none of which the others imply, in their order."""
    if not Z.shape[1]:
        return np.zeros(0, dtype=int)
    _, r, pivots = linalg.qr(Z, mode="economic", pivoting=True)
    size = np.abs(np.diag(r))
    rank = int((size > 1e-9 * max(1.0, float(size[0]))).sum())
    return np.sort(pivots[:rank])


def _checked(X: np.ndarray, treated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    X = np.asarray(X, dtype=float)
    X = X[:, None] if X.ndim == 1 else X
    treated = np.asarray(treated).astype(float).astype(bool)
    if X.ndim != 2 or len(X) != len(treated):
        raise ValueError(f"X has shape {X.shape} and treated {treated.shape}: expected (n, k) and (n,)")
    if not np.isfinite(X).all():
        raise ValueError("X holds missing or infinite values; leave those rows out or fill them in first")
    if treated.all() or not treated.any():
        raise BalanceError("one arm is empty")
    return X, treated
