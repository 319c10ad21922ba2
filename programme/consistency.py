"""Rules that join several parts of programme.yaml; the rules of one part stand with it in config/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programme.period import Period

if TYPE_CHECKING:
    from programme.config import Programme


def faults(programme: Programme) -> list[str]:
    """What only shows when fields are seen together; each begins with the path of the field to mend."""
    found: list[str] = []
    for path in ("goals", "cohorts", "scales", "sources"):
        names = [item.name for item in getattr(programme, path)]
        found += [f"{path}: the name {n} is used twice" for n in sorted({n for n in names if names.count(n) > 1})]
    outcomes = [o.name for o in programme.analysis.outcomes]
    found += [f"analysis.outcomes: {n} is named twice" for n in sorted({n for n in outcomes if outcomes.count(n) > 1})]
    if not any(o.rank == "primary" for o in programme.analysis.outcomes):
        found.append("analysis.outcomes: at least one outcome must have the rank primary")
    if Period.containing(programme.history_from).start != programme.history_from:
        found.append("history_from: expected the first day of a quarter")
    if Period.parse(programme.first_period).start < programme.history_from:
        found.append("first_period: lies before history_from, the first day of the panel")
    if programme.is_live:
        found += [f"legal.{name}: a live programme (is_live: true) needs it" for name in programme.legal.missing]
    cohorts = {c.name for c in programme.cohorts}
    found += [f"matching.overrides: unknown cohort {o.cohort}; known: {', '.join(sorted(cohorts))}"
               for o in programme.matching.overrides if o.cohort not in cohorts]  # fmt: skip
    scales = {s.name for s in programme.scales}
    measured = {"wellbeing", "psychological_safety", "belonging", "career_satisfaction", "relationship_quality"}
    found += [f"goals: {g.name} needs a scale named {g.metric}"
               for g in programme.goals if g.metric in measured - scales]  # fmt: skip
    found += [f"analysis.outcomes: {o.name} needs a scale of that name"
               for o in programme.analysis.outcomes if o.name in measured - scales]  # fmt: skip
    dates = [a.effective_from for a in programme.amendments]
    if dates != sorted(dates):
        found.append("amendments: expected in the order of effective_from")
    return found
