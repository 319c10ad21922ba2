"""Matching of mentees and mentors: pure, frames in and frames out.

Beside what is named here: `rematching.rematch` (a later round), `waitlist.waitlist`, `groups.plan` (networking groups),
`scenarios.compare` (other settings), `fairness.panel`, `robustness.survival`, `values` (prices), `remedies.remedies`.
"""

from matching.assignment import Assignment, assign
from matching.blocking import StabilityCertificate, blocking_pairs
from matching.certificate import Certificate, Report
from matching.engine import match
from matching.errors import MatchingError
from matching.proposal import Proposal
from matching.stability import stable

__all__ = [
    "Assignment", "Certificate", "MatchingError", "Proposal", "Report", "StabilityCertificate", "assign",
    "blocking_pairs", "match", "stable",
]  # fmt: skip
