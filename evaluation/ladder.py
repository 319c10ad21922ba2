"""The evidence ladder: gates in, permitted wording out, with the gate that decided."""

from __future__ import annotations

from dataclasses import dataclass

CAUSAL, CONSISTENT, ASSOCIATED, TOO_LITTLE = "causal", "consistent_with", "associated_with", "too_little_data"


@dataclass(frozen=True, slots=True)
class Gates:
    """What is known about one estimate; None: not examined, which never opens a gate."""

    has_estimate: bool
    is_randomised: bool = False
    is_balanced: bool | None = None
    has_overlap: bool | None = None
    has_parallel_trends: bool | None = None
    is_powered: bool | None = None
    is_robust_to_unmeasured: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strongest wording permitted, and the gate that kept it from a stronger one ("" at the top)."""

    wording: str
    decided_by: str


def climb(gates: Gates) -> Verdict:
    """How far up the evidence ladder an estimate may go.

    Causal words need a randomised comparison whose gates pass; without one, "consistent with" needs every other gate.
    """
    if not gates.has_estimate:
        return Verdict(TOO_LITTLE, "has_estimate")
    common = ("is_balanced", "is_powered")
    observed = ("has_overlap", "has_parallel_trends", "is_robust_to_unmeasured")
    for gate in common if gates.is_randomised else (*common, *observed):
        if getattr(gates, gate) is not True:
            return Verdict(ASSOCIATED, gate)
    return Verdict(CAUSAL, "") if gates.is_randomised else Verdict(CONSISTENT, "is_randomised")
