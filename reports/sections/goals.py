"""The programme's goals: from baseline to target, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import progress
from reports.reading import Figure, finite
from reports.sections.page import Page

# What is settled when a cohort begins; any other goal needs time before it is called no better than before.
_AT_START = ("match_share", "kickoff_share", "trained_mentor_share")


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal; `state`: reached, on_way, short, worse, early, hidden, missing."""

    title: str
    metric: str
    baseline: str
    target: str
    figure: Figure
    now: Markup
    due: str
    state: str
    state_text: str
    chart: Markup


def goals(page: Page) -> list[GoalRow]:
    """A row for every goal of programme.yaml, in its order, figure or not."""
    return [_row(page, goal) for goal in page.programme.goals]


def status(page: Page) -> tuple[int, int, int]:
    """(reached, measured, all) of the goals."""
    rows = goals(page)
    measured = [r for r in rows if r.state not in ("hidden", "missing")]
    return sum(r.state == "reached" for r in measured), len(measured), len(rows)


def _row(page: Page, goal) -> GoalRow:
    found = page.best("goal", goal=goal.name)
    if found.value is not None and not found.unit:
        found = Figure(
            found.value, found.n, found.low, found.high, "share" if goal.metric.endswith("_share") else "mean"
        )
    state = _state(found, goal.baseline, goal.target, is_due=page.as_of is not None and goal.target_date <= page.as_of)
    source = next((c for c in page.preference if page.reader.figure("goal", goal=goal.name, cohort=c).is_shown), "")
    if state == "worse" and goal.metric not in _AT_START and page.is_early(source):
        state = "early"
    now = page.metric_value(found.value, goal.metric, found.unit)
    baseline, target = (page.metric_value(v, goal.metric, found.unit) for v in (goal.baseline, goal.target))
    state_text = page.text.of("status", state)
    title = page.own(goal.title)
    if found.is_shown:
        description = page.text("goals.chart", baseline=baseline, now=now, target=target)
    else:
        description = page.text("goals.chart_empty", baseline=baseline, target=target, state=state_text)
    shown = Markup('<span class="num">{}</span>').format(now) if found.is_shown else page.show(found)
    return GoalRow(
        title=title,
        metric=page.text.of("metric", goal.metric),
        baseline=baseline,
        target=target,
        figure=found,
        now=shown,
        due=page.fmt.due_date(goal.target_date),
        state=state,
        state_text=state_text,
        chart=progress(found.value, goal.baseline, goal.target, title, description),
    )


def _state(found: Figure, baseline: float, target: float, is_due: bool) -> str:
    if found.is_hidden:
        return "hidden"
    value = finite(found.value)
    if value is None:
        return "missing"
    way = 1 if target >= baseline else -1
    # Figures are rounded to six decimals before they are published.
    if way * (value - target) >= -1e-6:
        return "reached"
    if way * (value - baseline) <= 0:
        return "worse"
    return "short" if is_due else "on_way"
