"""Effects: what may be claimed about mentoring, in the words that the evidence permits."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from reports.charts import Axis, axis_ruler, interval
from reports.reading import TOTAL, Figure, figure, finite
from reports.sections.page import SCALE_OUTCOMES, SHARE_OUTCOMES, Page

# Rungs of the evidence ladder, strongest first; a code that nobody knows reads as the weakest.
LADDER = ("causal", "consistent_with", "associated_with", "too_little_data")
_SPELLINGS = {"caused": "causal", "consistent": "consistent_with", "associated": "associated_with",
              "association": "associated_with", "too_little": "too_little_data"}  # fmt: skip
# Status of an outcome whose reading quarter is not over.
NOT_YET = "not_yet"
NAIVE = ("naive", "unadjusted", "crude", "raw")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row of the forest plot."""

    label: str
    is_naive: bool
    chart: Markup
    value: Markup | str
    interval: str
    n_treated: Markup
    n_control: Markup


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    """One outcome: its conclusion, estimates and diagnostics."""

    name: str
    title: str
    is_primary: bool
    rung: str
    conclusion: str
    reading: str
    estimates: list[Estimate]
    facts: list[tuple[str, str]]
    ruler: Markup


def rung(row: pd.Series) -> str:
    """The rung that a row of the effect table stands on."""
    code = str(row["wording"]).strip().lower()
    code = _SPELLINGS.get(code, code)
    if code not in LADDER or str(row["status"] or "ok") not in ("ok", "") or finite(row["value"]) is None:
        return "too_little_data"
    return code


def main_row(page: Page, outcome: str) -> pd.Series | None:
    """The adjusted estimate that carries an outcome's conclusion.

    All cohorts together come first, then the present cohort and those before it; an estimate before nothing at all.
    """
    rows = _planned(page, page.reader.rows("effect", outcome=outcome))
    rows = rows[~rows["design"].isin(NAIVE)]
    order = [TOTAL, *page.cohorts]
    candidates = [rows[rows["cohort"] == cohort] for cohort in order]
    candidates = [c for c in candidates if len(c)]
    with_figure = [c[c["value"].notna()] for c in candidates]
    for rows in [*with_figure, *candidates]:
        if len(rows):
            return rows.iloc[0]
    return None


def conclusion(page: Page, outcome: str, row: pd.Series | None) -> str:
    """One sentence, no stronger than the row's rung; an interval over zero never becomes a difference."""
    name = page.text.of("outcome", outcome)
    if row is None:
        return page.text("effects.not_yet", outcome=name)
    found = figure(row)
    if found.is_hidden:
        return page.text("effects.hidden", outcome=name)
    if row["status"] == NOT_YET:
        return page.text("effects.not_yet", outcome=name)
    step = rung(row)
    if step == "too_little_data":
        return page.text("effects.too_little", outcome=name)
    values = {"estimate": page.effect_value(found.value, outcome), "interval": page.interval(found, outcome)}
    if _is_uncertain(found):
        return page.text("effects.uncertain", outcome=name, **values)
    phrase = page.text.of("more" if found.value > 0 else "less", outcome)
    return page.text(f"evidence.{step}", phrase=phrase, **values)


def primary_outcomes(page: Page) -> list[str]:
    """Primary outcomes in the plan's order."""
    return [o.name for o in page.programme.analysis.outcomes if o.rank == "primary"]


def effects(page: Page) -> list[OutcomeBlock]:
    """A block for each planned outcome, primary ones first, then outcomes that the table holds besides."""
    plan = sorted(page.programme.analysis.outcomes, key=lambda o: o.rank != "primary")
    names = [o.name for o in plan]
    names += sorted(set(page.reader.rows("effect")["outcome"]) - set(names))
    axes = {kind: _axis(page, [n for n in names if _kind(n) == kind]) for kind in {_kind(n) for n in names}}
    return [_block(page, name, axes[_kind(name)]) for name in names]


def _kind(outcome: str) -> str:
    return "share" if outcome in SHARE_OUTCOMES else ("scale" if outcome in SCALE_OUTCOMES else outcome)


def _axis(page: Page, outcomes: list[str]) -> Axis:
    rows = page.reader.rows("effect", outcome=tuple(outcomes))
    values = [float(v) for column in ("value", "low", "high") for v in rows[column].dropna()]
    return Axis.around_zero([v for v in values if abs(v) < 1e6])


def _planned(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the pre-registered reading; where there is none yet, those of the latest reading."""
    if rows.empty:
        return rows
    planned = {o.name: str(o.reading_quarter) for o in page.programme.analysis.outcomes}
    reading = rows["reading_quarter"].astype(str)
    wanted = rows["outcome"].map(lambda name: planned.get(name, ""))
    chosen = rows[(reading == wanted) | (reading == "planned")]
    if len(chosen):
        return chosen
    latest = max(reading, key=lambda r: (len(r), r))
    return rows[reading == latest]


def _block(page: Page, name: str, axis: Axis) -> OutcomeBlock:
    plan = next((o for o in page.programme.analysis.outcomes if o.name == name), None)
    rows = _planned(page, page.reader.rows("effect", outcome=name))
    main = main_row(page, name)
    order = {cohort: i for i, cohort in enumerate([TOTAL, *page.cohorts])}
    listed = sorted(
        (row for _, row in rows.iterrows()),
        key=lambda r: (order.get(r["cohort"], 99), r["cohort"], r["design"] in NAIVE, r["design"]),
    )
    end = axis.high
    ticks = [(v, page.effect_value(v, name, with_unit=False)) for v in (-end, 0.0, end)]
    listed, waiting = _listed(listed)
    notes = [_reading(page, plan, main)]
    if listed and waiting:
        names = page.fmt.list_of([page.cohort_name(cohort) for cohort in waiting])
        notes.append(page.text("effects.waiting", cohorts=names))
    return OutcomeBlock(
        name=name,
        title=page.text.of("outcome", name),
        is_primary=plan is not None and plan.rank == "primary",
        rung=_badge(main),
        conclusion=conclusion(page, name, main),
        reading=" ".join(notes),
        estimates=[_estimate(page, name, row, axis, plan.smallest_effect if plan else None) for row in listed],
        facts=_facts(page, name, main, plan.smallest_effect if plan else None),
        ruler=axis_ruler(axis, ticks),
    )


def _badge(main: pd.Series | None) -> str:
    if main is None or (main["status"] == NOT_YET and not main["is_hidden"]):
        return NOT_YET
    if main["is_hidden"]:
        return "hidden"
    step = rung(main)
    return "uncertain" if step != "too_little_data" and _is_uncertain(figure(main)) else step


def _is_uncertain(found: Figure) -> bool:
    """Whether chance alone may explain the difference."""
    return found.low is None or found.high is None or found.low <= 0 <= found.high


def _listed(rows: list[pd.Series]) -> tuple[list[pd.Series], list[str]]:
    """(rows worth a line, cohorts still to be read). The total of one cohort is that cohort and not listed twice."""
    waiting = list(dict.fromkeys(r["cohort"] for r in rows if r["status"] == NOT_YET and not r["is_hidden"]))
    read = [r for r in rows if r["cohort"] not in waiting]
    if len({r["cohort"] for r in read} - {TOTAL}) == 1:
        read = [r for r in read if r["cohort"] != TOTAL]
    return read, [cohort for cohort in waiting if cohort != TOTAL]


def _estimate(page: Page, outcome: str, row: pd.Series, axis: Axis, smallest: float | None) -> Estimate:
    found = figure(row)
    is_naive = row["design"] in NAIVE
    design = page.text.of("design", "naive" if is_naive else row["design"])
    label = f"{page.cohort_name(row['cohort'])}: {design}"
    between = page.interval(found, outcome)
    value = page.effect_value(found.value, outcome)
    spoken = (
        page.text("effects.chart", estimate=value, interval=between)
        if found.is_shown
        else page.text("effects.chart_empty")
    )
    chart = interval(axis, found.value, found.low, found.high, label, spoken, not is_naive, smallest)
    hidden = found.is_hidden
    return Estimate(
        label=label,
        is_naive=is_naive,
        chart=chart,
        value=Markup('<span class="num">{}</span>').format(value) if found.is_shown else page.show(found),
        interval=between,
        n_treated=page.show(Figure(finite(row["n_treated"]), unit="count", is_hidden=hidden)),
        n_control=page.show(Figure(finite(row["n_control"]), unit="count", is_hidden=hidden)),
    )


def _reading(page: Page, plan, main: pd.Series | None) -> str:
    if plan is None:
        return page.text("effects.not_planned")
    planned = page.text.counted("effects.reading", plan.reading_quarter)
    if main is None:
        return planned
    code = str(main["reading_quarter"])
    if code.isdigit() and int(code) != plan.reading_quarter:
        return planned + " " + page.text("effects.descriptive", n=code)
    return planned


def _facts(page: Page, outcome: str, main: pd.Series | None, smallest: float | None) -> list[tuple[str, str]]:
    """The diagnostics of the conclusion, each in words: (term, figure)."""
    if main is None or main["is_hidden"] or main["status"] == NOT_YET:
        return []
    text, fmt = page.text, page.fmt
    facts: list[tuple[str, str]] = []

    def add(term: str, column: str, write) -> None:
        value = finite(main[column])
        if value is not None:
            facts.append((text(f"effects.{term}"), write(value)))

    def two(value: float) -> str:
        return fmt.number(value, 2)

    if rung(main) != "too_little_data":
        before, after = finite(main["max_smd_before"]), finite(main["max_smd_after"])
        if before is not None and after is not None:
            facts.append(
                (text("effects.balance"), text("effects.balance_figures", before=two(before), after=two(after)))
            )
        add("ess", "effective_sample_size", lambda v: fmt.number(v, 0))
        add("p_adjusted", "p_adjusted", lambda v: text("effects.p_small") if v < 0.001 else fmt.number(v, 3))
        add("e_value", "e_value", two)
    add("mde", "minimum_detectable_effect", lambda v: page.effect_value(v, outcome).lstrip("+"))
    if smallest:
        facts.append((text("effects.smallest"), page.effect_value(smallest, outcome).lstrip("+")))
    return facts
