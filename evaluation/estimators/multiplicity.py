"""Corrections for asking more than one question."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p values (family-wise error); nan stays nan and counts as a question asked.

    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    return _adjusted(p, lambda ranked: np.maximum.accumulate(ranked * np.arange(len(ranked), 0, -1)))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's adjusted p values (false discovery rate); nan stays nan and counts as a question.

    Source: Benjamini and Hochberg (1995), JRSS B 57:289-300.
    """
    return _adjusted(
        p, lambda ranked: np.minimum.accumulate((ranked * len(ranked) / np.arange(1, len(ranked) + 1))[::-1])[::-1]
    )


def _adjusted(p: np.ndarray, rule: object) -> np.ndarray:
    p = np.asarray(p, dtype=float)
    filled = np.where(np.isnan(p), 1.0, p)
    order = np.argsort(filled, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, rule(filled[order])) if len(p) else []
    return np.where(np.isnan(p), np.nan, adjusted)
