"""Methods and privacy: what a reader needs to check the report."""

from __future__ import annotations

from dataclasses import dataclass

from programme.run_context import RunContext, stable_hash
from reports.reading import COLUMNS
from reports.sections.page import Page


@dataclass(frozen=True, slots=True)
class Methods:
    """Facts of the edition, the plan and the thresholds, each (term, text); and hidden cells per table."""

    edition: list[tuple[str, str]]
    plan: list[tuple[str, str, str, str]]
    hidden: list[tuple[str, str, str]]


def methods(page: Page, context: RunContext) -> Methods:
    """Everything of the appendix that depends on the run; no run_id and no time of day but `known_at`."""
    text, fmt = page.text, page.fmt
    edition = [
        (text("methods.period"), fmt.period(context.period)),
        (text("methods.edition"), edition_name(page, context.edition)),
        (text("methods.as_of"), fmt.date(context.as_of)),
        (text("methods.known_at"), fmt.date(context.known_at)),
        (text("methods.version"), page.programme.version),
        (text("methods.code_hash"), context.code_hash),
        (text("methods.config_hash"), context.config_hash),
        (text("methods.plan_hash"), stable_hash(page.programme.analysis.model_dump(mode="json"))),
    ]
    plan = [
        (
            text.of("outcome", o.name),
            text(f"effects.{o.rank}"),
            text.counted("methods.quarters", o.reading_quarter),
            text.of("direction", o.comparison),
        )
        for o in page.programme.analysis.outcomes
    ]
    hidden = []
    for name in (*COLUMNS, "match_summary"):
        rows = page.reader.rows(name)
        if len(rows):
            # How many are hidden is no secret; which groups they are stands in the tables themselves.
            hidden.append((text(f"table.{name}"), fmt.number(len(rows)), fmt.number(int(rows["is_hidden"].sum()))))
    return Methods(edition, plan, hidden)


def edition_name(page: Page, edition: str) -> str:
    """Preliminary, final or correction 2."""
    if edition.startswith("corrected-"):
        return page.text("edition.corrected", number=edition.removeprefix("corrected-"))
    return page.text(f"edition.{edition}")
