"""Disclosure control: what may leave, decided by the suppressor and attacked by an audit written apart from it."""

from evaluation.disclosure.audit import audit
from evaluation.disclosure.policy import Audit, DisclosureError, Policy, Release
from evaluation.disclosure.suppress import suppress

__all__ = ["Audit", "DisclosureError", "Policy", "Release", "audit", "suppress"]
