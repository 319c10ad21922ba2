"""The workforce by sex and age, and outcomes of groups that only anonymous surveys may tell."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import Axis, bar, dots
from reports.reading import MISSING, TOTAL, Figure, figure
from reports.sections.page import GROUP_ORDER, Page

_YEAR = "_4q"
# A year tells more than a quarter: where the table holds both, the year is shown.
_EVENTS = ("turnover_share", "voluntary_turnover_share", "promotion_share")
_DIMENSIONS = (TOTAL, "sex", "age_band", "participation", "division_id", "location", "job_family", "level")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: its name and, per metric, the figure and a small bar."""

    name: str
    cells: list[tuple[str, Markup, Markup | str]]


@dataclass(frozen=True, slots=True)
class AnonymousRow:
    """One group's mean by participation."""

    name: str
    cells: list[tuple[str, Markup, str]]
    chart: Markup


def workforce(page: Page) -> tuple[list[str], list[tuple[str, list[GroupRow]]]]:
    """(headings of the metrics, [(dimension, rows)]); dimensions and metrics that the table lacks are left out."""
    table = page.reader.rows("workforce")
    held = set(table["metric"])
    events = [m + _YEAR if m + _YEAR in held else m for m in _EVENTS]
    present = [m for m in ("headcount", "manager_share", *events) if m in held]
    tops = {m: float(page.reader.rows("workforce", metric=m)["value"].max()) for m in present}
    groups = []
    known = [d for d in _DIMENSIONS if d in set(table["dimension"])]
    for dimension in known + sorted(set(table["dimension"]) - set(known)):
        rows = table[table["dimension"] == dimension]
        names = sorted(dict.fromkeys(rows["group_value"]), key=lambda g: (GROUP_ORDER.get(g, 99), g))
        made = [_group(page, dimension, name, present, tops) for name in names]
        groups.append((page.text.of("dimension", dimension), made))
    return [page.text(f"workforce.{m}") for m in present], groups


def _group(page: Page, dimension: str, name: str, metrics: list[str], tops: dict[str, float]) -> GroupRow:
    label = page.text("dimension.__total__") if dimension == TOTAL else page.text.of("group", name)
    cells = []
    for metric in metrics:
        found = page.reader.figure(
            "workforce", dimension=dimension, group_value=name, metric=metric, cohort=(TOTAL, "", page.cohort)
        )
        heading = page.text(f"workforce.{metric}")
        is_share = metric != "headcount"
        one = Figure(found.value, found.n, None, None, "share" if is_share else "count", found.is_hidden)
        small = (
            bar(one.value, tops[metric] or 1.0, f"{label}: {heading}", page.written(one))
            if is_share and not one.is_hidden
            else ""
        )
        cells.append((heading, page.show(one), small))
    return GroupRow(label, cells)


def anonymous(page: Page) -> tuple[list[str], list[tuple[str, str, list[AnonymousRow]]]]:
    """(headings: participation, [(ground, outcome, rows)]): means of 1 to 5, by group and own participation."""
    table = page.reader.rows("anonymous_outcome")
    parts = [p for p in ("mentee", "mentor", "none", TOTAL) if p in set(table["participation"])]
    parts += sorted(set(table["participation"]) - set(parts))
    blocks = []
    for ground in sorted(dict.fromkeys(table["ground"])):
        of_ground = table[table["ground"] == ground]
        for outcome in [o for o in ("intention_to_stay", "career", "safety") if o in set(of_ground["outcome"])]:
            rows = of_ground[of_ground["outcome"] == outcome]
            made = [
                _anonymous_row(page, rows[rows["group_code"] == g], g, parts)
                for g in sorted(dict.fromkeys(rows["group_code"]), reverse=True)
            ]
            blocks.append((page.text.of("ground", ground.lower()), page.text(f"anonymous.{outcome}"), made))
    return [page.text.of("participation", p) for p in parts], blocks


def _anonymous_row(page: Page, rows, group: str, parts: list[str]) -> AnonymousRow:
    label = page.text.of("group", group) if group != TOTAL else page.text("dimension.__total__")
    found = {}
    for part in parts:
        match = rows[rows["participation"] == part]
        one = figure(match.iloc[0]) if len(match) else MISSING
        found[part] = Figure(one.value, one.n, None, None, "mean", one.is_hidden)
    kinds = {"mentee": "mentee", "mentor": "mentor", "none": "employee"}
    spoken = ", ".join(f"{page.text.of('participation', p)} {page.written(f)}" for p, f in found.items())
    marks = [(kinds[p], f.value) for p, f in found.items() if p in kinds]
    return AnonymousRow(
        label,
        [(page.text.of("participation", p), page.show(f), page.count(f)) for p, f in found.items()],
        dots(Axis(1, 5), marks, label, spoken),
    )
