"""Estimators: arrays in, small frozen results out. Each docstring names its source."""

from evaluation.estimators.att import Effect, att
from evaluation.estimators.balancing import BalanceError, entropy_balance
from evaluation.estimators.multiplicity import benjamini_hochberg, holm
from evaluation.estimators.power import e_value, minimum_detectable_effect

__all__ = ["BalanceError", "Effect", "att", "benjamini_hochberg", "e_value", "entropy_balance", "holm",
           "minimum_detectable_effect"]  # fmt: skip
