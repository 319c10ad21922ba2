"""Evaluation: from marts to published tables. Pure: frames in, frames out.

`evaluate` estimates, `release` decides what may be shown; nothing that `evaluate` returns may leave without `release`.
"""

from evaluation.disclosure import DisclosureError
from evaluation.publication import release
from evaluation.quarter import evaluate

__all__ = ["DisclosureError", "evaluate", "release"]
