"""programme.yaml: what a programme is, checked before any run starts. One file for each of its parts."""

from programme.config.analysis import AnalysisPlan, Outcome, Scale
from programme.config.enrolment import PROTECTED_GROUNDS, Cohort, Condition, Eligibility, Training
from programme.config.matching import Conflict, Lottery, Matching, Override, PreferredRule, Rules, Weights
from programme.config.parts import Text
from programme.config.privacy import LegalGate, Privacy
from programme.config.programme import Amendment, Goal, Leadership, Programme, Source

__all__ = [
    "PROTECTED_GROUNDS", "Amendment", "AnalysisPlan", "Cohort", "Condition", "Conflict", "Eligibility", "Goal",
    "Leadership", "LegalGate", "Lottery", "Matching", "Outcome", "Override", "PreferredRule", "Privacy", "Programme",
    "Rules", "Scale", "Source", "Text", "Training", "Weights",
]  # fmt: skip
