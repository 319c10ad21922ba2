"""Matching of mentees and mentors: pure, frames in and frames out."""

from matching.assignment import Assignment, assign
from matching.certificate import Certificate, Report
from matching.errors import MatchingError

__all__ = ["Assignment", "Certificate", "MatchingError", "Report", "assign"]
