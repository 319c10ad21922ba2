"""Balance of the two arms before and after weighting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def balance_table(
    X: np.ndarray, treated: np.ndarray, w_treated: np.ndarray, w_control: np.ndarray, names: Sequence[str]
) -> pd.DataFrame:
    """One row a covariate: standardised mean differences and variance ratios before and after weighting.

    Differences are divided by the treated's standard deviation before weighting, the pooled one where that is nought.
    Source: Stuart (2010), Statistical Science 25:1-21; Austin (2009), Statistics in Medicine 28:3083-3107.
    """
    one, nought = X[treated], X[~treated]
    scale = one.std(axis=0, ddof=1) if len(one) > 1 else np.zeros(X.shape[1])
    scale = np.where(scale > 1e-12, scale, X.std(axis=0))
    before = one.mean(axis=0) - nought.mean(axis=0)
    after = w_treated @ one / w_treated.sum() - w_control @ nought / w_control.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame({
            "covariate": list(names),
            "smd_before": np.where(scale > 1e-12, before / scale, 0.0),
            "smd_after": np.where(scale > 1e-12, after / scale, 0.0),
            "variance_ratio_before": one.var(axis=0) / nought.var(axis=0),
            "variance_ratio_after": _variance(one, w_treated) / _variance(nought, w_control),
        })  # fmt: skip


def effective_sample_size(weights: np.ndarray) -> float:
    """How many equally weighted people the weights are worth. Source: Kish (1965), Survey Sampling."""
    square = float(weights @ weights)
    return float(weights.sum()) ** 2 / square if square > 0 else 0.0


def _variance(X: np.ndarray, weights: np.ndarray) -> np.ndarray:
    share = weights / weights.sum()
    return share @ (X - share @ X) ** 2
