"""The effect of the programme on those who took part, with an interval that knows the weights were estimated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from evaluation.estimators.balancing import BalanceError, entropy_balance, propensity
from evaluation.estimators.diagnostics import balance_table, effective_sample_size
from evaluation.estimators.influence import Fit, aipw_fit, entropy_fit, ipw_fit, overlap_fit

Method = Literal["entropy", "ipw", "aipw", "overlap"]
MIN_ARM = 40
MIN_ESS = 20.0
_LARGEST = 1e100  # what is larger is no measurement, and its square no number


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimated effect in the outcome's unit; `status` "too_little_data" has nan figures and says why in `reason`.

    `mean_treated`, `mean_control`: weighted means; `naive`, `naive_se`: the plain difference (Welch).
    `ess`: effective sample size of the weighted controls; `balance`: one row a covariate.
    """

    estimand: str
    estimate: float
    se: float
    low: float
    high: float
    n_treated: int
    n_control: int
    ess: float
    balance: pd.DataFrame
    status: str
    reason: str
    p_value: float = math.nan
    mean_treated: float = math.nan
    mean_control: float = math.nan
    naive: float = math.nan
    naive_se: float = math.nan
    names: tuple[str, ...] = field(default=(), repr=False)


def att(
    y: Sequence[float] | np.ndarray,
    treated: Sequence[float] | np.ndarray,
    X: np.ndarray | pd.DataFrame,
    method: Method = "entropy",
    *,
    cluster: Sequence | np.ndarray | None = None,
    strata: Sequence | np.ndarray | None = None,
    seed: int = 0,
    min_arm: int = MIN_ARM,
) -> Effect:
    """Average effect on the treated (ATT); "overlap" gives the effect in the overlap population (ATO) instead.

    y (n,), treated (n,) 0/1, X (n, k). Rows without an outcome are left out; a missing covariate is set to its mean
    and marked by a column of its own. `strata`: comparison within these only, strata lacking an arm are left out.
    `cluster`: rows of one cluster are not independent. `seed` draws the folds of "aipw". Standard errors come from
    stacked estimating equations (sandwich), with residuals divided by the root of 1 - leverage (HC2).
    Infinite values count as missing. Too small arms (`min_arm`), constant outcomes, no overlap or a single cluster
    give status "too_little_data".
    Sources: "entropy" Hainmueller (2012) with Zhao and Percival (2017), J. Causal Inference 5; "ipw" Lunceford and
    Davidian (2004), Statistics in Medicine 23:2937-2960; "aipw" Chernozhukov et al. (2018), Econometrics Journal
    21:C1-C68; "overlap" Li, Morgan and Zaslavsky (2018), JASA 113:390-400; sandwich: Stefanski and Boos (2002),
    The American Statistician 56:29-38.
    """
    if method not in ("entropy", "ipw", "aipw", "overlap"):
        raise ValueError(f"method {method!r}: expected entropy, ipw, aipw or overlap")
    estimand = "ATO" if method == "overlap" else "ATT"
    data = _Data.of(y, treated, X, cluster, strata)
    n1, n0 = int(data.treated.sum()), int((~data.treated).sum())

    def stop(reason: str) -> Effect:
        nan = math.nan
        return Effect(estimand, nan, nan, nan, nan, n1, n0, nan, data.no_balance(), "too_little_data", reason)

    if min(n1, n0) < max(min_arm, 2):
        return stop(f"{n1} treated and {n0} controls: at least {max(min_arm, 2)} of each are needed")
    if np.ptp(data.y) < 1e-12 * max(1.0, float(np.abs(data.y).max())):
        return stop("the outcome is the same for everybody")
    if data.X.shape[1] + 2 > min(n1, n0):
        return stop(f"{data.X.shape[1]} covariates are too many for {min(n1, n0)} people in the smaller arm")
    if data.cluster is not None and len(np.unique(data.cluster)) < 10:
        return stop("fewer than ten clusters")
    try:
        fit = _fit(method, data, seed)
    except (BalanceError, np.linalg.LinAlgError) as error:
        return stop(f"no overlap: {error}")
    ess = effective_sample_size(fit.w_control)
    se = _standard_error(fit.influence, data.cluster)
    if ess < MIN_ESS:
        return stop(f"no overlap: the weighted controls are worth {ess:.1f} people, at least {MIN_ESS:.0f} are needed")
    if not (math.isfinite(fit.estimate) and math.isfinite(se) and se > 0):
        return stop("the standard error cannot be computed")
    # Weighted controls are worth `ess` people: a normal quantile would be too sure of itself.
    df = max(1.0, n1 + ess - 2 if data.cluster is None else min(n1 + ess - 2, len(np.unique(data.cluster)) - 1))
    half = float(special.stdtrit(df, 0.975)) * se
    naive, naive_se = _welch(data.y[data.treated], data.y[~data.treated])
    return Effect(
        estimand, fit.estimate, se, fit.estimate - half, fit.estimate + half, n1, n0, ess,
        balance_table(data.X, data.treated, fit.w_treated, fit.w_control, data.names), "ok", "",
        p_value=float(2 * special.stdtr(df, -abs(fit.estimate) / se)), mean_treated=fit.mean_treated,
        mean_control=fit.mean_control, naive=naive, naive_se=naive_se, names=data.names,
    )  # fmt: skip


def _fit(method: Method, data: _Data, seed: int) -> Fit:
    if method == "entropy":
        return entropy_fit(data.y, data.treated, data.X, entropy_balance(data.X, data.treated))
    if method == "aipw":
        return aipw_fit(data.y, data.treated, data.X, seed)
    score, Z = propensity(data.X, data.treated)
    return (ipw_fit if method == "ipw" else overlap_fit)(data.y, data.treated, Z, score)


def _standard_error(influence: np.ndarray, cluster: np.ndarray | None) -> float:
    n = len(influence)
    if cluster is None:
        return math.sqrt(float(influence @ influence)) / n
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.bincount(codes, weights=influence)
    return math.sqrt(float(sums @ sums) * len(sums) / (len(sums) - 1)) / n


def _welch(one: np.ndarray, nought: np.ndarray) -> tuple[float, float]:
    variance = one.var(ddof=1) / len(one) + nought.var(ddof=1) / len(nought)
    return float(one.mean() - nought.mean()), math.sqrt(float(variance))


@dataclass(frozen=True, slots=True)
class _Data:
    """Complete rows in one order, whatever order they came in."""

    y: np.ndarray
    treated: np.ndarray
    X: np.ndarray
    names: tuple[str, ...]
    cluster: np.ndarray | None

    @classmethod
    def of(cls, y, treated, X, cluster, strata) -> _Data:
        names = [str(c) for c in X.columns] if isinstance(X, pd.DataFrame) else None
        X = np.asarray(X, dtype=float)
        X = X.reshape(len(X), -1) if X.ndim != 2 else X
        names = names or [f"x{i + 1}" for i in range(X.shape[1])]
        y, t = np.asarray(y, dtype=float).ravel(), np.asarray(treated, dtype=float).ravel()
        X, y = (np.where(np.abs(values) < _LARGEST, values, np.nan) for values in (X, y))
        if not len(y) == len(t) == len(X):
            raise ValueError(f"y has {len(y)} rows, treated {len(t)} and X {len(X)}: expected the same number")
        groups = None if cluster is None else np.asarray(cluster).ravel().astype(str)
        layers = None if strata is None else np.asarray(strata).ravel().astype(str)
        keep = np.isfinite(y) & np.isin(t, (0.0, 1.0))
        if layers is not None:
            for layer in np.unique(layers):
                inside = keep & (layers == layer)
                if not ((t == 1) & inside).any() or not ((t == 0) & inside).any():
                    keep &= layers != layer
        y, t, X = y[keep], t[keep] == 1, X[keep]
        groups = None if groups is None else groups[keep]
        X, names = _filled(X, names)
        if layers is not None:
            kept = layers[keep]
            levels = list(np.unique(kept))[1:]
            X = np.column_stack([X, *[(kept == level).astype(float) for level in levels]])
            names += [f"stratum {level}" for level in levels]
        order = np.lexsort([*([groups] if groups is not None else []), y, *X.T[::-1], t])
        return cls(y[order], t[order], X[order], tuple(names), None if groups is None else groups[order])

    def no_balance(self) -> pd.DataFrame:
        if self.treated.any() and not self.treated.all() and self.X.shape[1]:
            one, nought = np.ones(int(self.treated.sum())), np.ones(int((~self.treated).sum()))
            frame = balance_table(self.X, self.treated, one, nought, self.names)
            return frame.assign(smd_after=np.nan, variance_ratio_after=np.nan)
        return pd.DataFrame({"covariate": list(self.names)}).reindex(
            columns=["covariate", "smd_before", "smd_after", "variance_ratio_before", "variance_ratio_after"]
        )


def _filled(X: np.ndarray, names: list[str]) -> tuple[np.ndarray, list[str]]:
    X, marks, names = X.copy(), [], list(names)
    for i in range(X.shape[1]):
        gap = ~np.isfinite(X[:, i])
        if gap.any():
            X[gap, i] = X[~gap, i].mean() if (~gap).any() else 0.0
            if not gap.all():
                marks.append(gap.astype(float))
                names.append(f"{names[i]} missing")
    return (np.column_stack([X, *marks]) if marks else X), names
