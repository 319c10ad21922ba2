"""How the programme was run: the matching in figures, and adjustments with what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.reading import TOTAL, figure
from reports.sections.page import GROUP_ORDER, Page

_FIRST = ("applicants", "eligible", "matched", "match_share", "preferred_share", "mean_score", "mentor_applicants",
          "mentors_available", "mentors_used", "capacity", "capacity_used_share")  # fmt: skip
# One person's own score, and a sum that means nothing by itself.
_BY_GROUP = ("match_share", "goals_agreed_share")
_LEFT_OUT = ("worst_score", "total_score")


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One adjustment of the programme."""

    area: str
    cohort: str
    decided_on: str
    follow_up_on: str
    result: str
    kind: str


def matching(page: Page) -> tuple[list[str], list[tuple[str, list[Markup]]]]:
    """(cohorts, [(metric, a figure per cohort)]); metrics in the order above, then by name."""
    table = page.reader.rows("match_summary")
    # Cohorts that were matched after the period belong to a later report.
    cohorts = [c for c in reversed(page.cohorts) if c in set(table["cohort"])] or [
        c for c in dict.fromkeys(table["cohort"]) if c == TOTAL
    ]
    names = [m for m in dict.fromkeys(table[table["cohort"].isin(cohorts)]["metric"]) if m not in _LEFT_OUT]
    ordered = [m for m in _FIRST if m in names] + sorted(m for m in names if m not in _FIRST)
    rows = []
    for metric in ordered:
        cells = [page.show(page.reader.figure("match_summary", cohort=c, metric=metric)) for c in cohorts]
        rows.append((page.text.of("match", metric), cells))
    return [page.cohort_name(c) for c in cohorts], rows


def by_group(page: Page) -> tuple[list[str], list[tuple[str, list[tuple[str, list[Markup]]]]]]:
    """Who got a mentor and agreed on goals, by sex and age: (metrics, [(dimension, [(group, figures)])]).

    A dimension of which every figure is hidden has no groups.
    """
    for cohort in page.preference:
        table = page.reader.rows("cohort_metric", cohort=cohort)
        table = table[table["group_dimension"] != TOTAL]
        if len(table):
            break
    metrics = [m for m in _BY_GROUP if m in set(table["metric"])]
    blocks = []
    for dimension in [d for d in ("sex", "age_band") if d in set(table["group_dimension"])]:
        rows = table[(table["group_dimension"] == dimension) & table["metric"].isin(metrics)]
        groups = sorted(dict.fromkeys(rows["group_value"]), key=lambda g: (GROUP_ORDER.get(g, 99), g))
        made = []
        for group in () if rows["is_hidden"].all() else groups:
            cells = [
                page.show(
                    page.reader.figure(
                        "cohort_metric", cohort=cohort, metric=m, group_dimension=dimension, group_value=group
                    )
                )
                for m in metrics
            ]
            made.append((page.text.of("group", group), cells))
        blocks.append((page.text.of("dimension", dimension), made))
    return [page.text.of("metric", m) for m in metrics], blocks


def adjustments(page: Page) -> list[AdjustmentRow]:
    """Adjustments in the order in which they were decided; rows under disclosure control are left out and counted."""
    table = page.reader.rows("adjustment")
    shown = sorted(
        (row for _, row in table.iterrows() if not row["is_hidden"]),
        key=lambda r: (str(r["decided_on"])[:10], r["adjustment_id"]),
    )
    return [
        AdjustmentRow(
            area=page.text.of("area", row["area"]),
            cohort=page.cohort_name(row["cohort"]),
            decided_on=page.fmt.short_date(row["decided_on"]),
            follow_up_on=page.fmt.short_date(row["follow_up_on"]),
            result=page.text.of("result", row["result"]) if row["result"] else page.fmt.missing,
            kind=row["result"],
        )
        for row in shown
    ]


def hidden_adjustments(page: Page) -> int:
    """How many adjustments are not shown."""
    return sum(figure(row).is_hidden for _, row in page.reader.rows("adjustment").iterrows())
