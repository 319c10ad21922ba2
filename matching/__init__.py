"""Matching of mentees and mentors: pure, frames in and frames out."""

from matching.assignment import Assignment, assign
from matching.certificate import Certificate, Report
from matching.engine import match
from matching.errors import MatchingError
from matching.proposal import Proposal

__all__ = ["Assignment", "Certificate", "MatchingError", "Proposal", "Report", "assign", "match"]
