"""The ten key factors of the programme guide: a row each, with figures, a small chart and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup

from reports.charts import Axis, bar, dots, line
from reports.charts.line import Series
from reports.reading import MISSING, Figure, figure
from reports.sections.page import Page

# Each factor's indicators in the order in which they are shown; the first with a limit decides what it means.
# The number is the value from which the figure counts as good; a negative one: at most so much.
FACTORS: dict[str, dict[str, float | None]] = {
    "leadership": {"leaders_who_mentor_share": 0.25, "hours_used_share": 0.6, "sponsor_named": 1,
                   "leader_attendances": None, "hours_used": None, "hours_budgeted": None},
    "clarity": {"kickoff_share": 0.8, "goals_agreed_share": 0.8, "milestones_agreed_share": 0.8,
                "milestones_reached_share": 0.5},
    "long_view": {"pairs_meeting_share": 0.75, "meetings_per_pair_month": 0.8},
    "recruitment": {"volunteer_share": 0.5, "manager_share": None, "hr_share": None},
    "culture": {"psychological_safety": 3.5, "belonging": 3.5, "comment_share": None},
    "networking": {"group_attendance_share": 0.6, "prepared_share": 0.5, "new_contacts_per_person": 2,
                   "group_meetings": None},
    "mentor_training": {"inclusion_share": 0.95, "mentoring_technique_share": 0.95, "trained_mentor_share": 0.95},
    "follow_up": {"follow_up_share": 0.7, "feedback_share": 0.6},
    "outcomes": {"wellbeing": 3.5, "career_satisfaction": 3.5, "promotion_share": None,
                 "voluntary_turnover_share": None},
    "adjustment": {"adjustments": 1, "adjustments_improved": None, "adjustments_improved_share": 0.5},
}  # fmt: skip
_SCALE = Axis(1, 5)
_ON_SCALE = ("psychological_safety", "belonging", "wellbeing", "career_satisfaction", "relationship_quality")
# What takes time is not judged before a cohort has gone on for a while: these verdicts wait.
_EARLY = {("long_view", "good"), ("long_view", "weak"), ("follow_up", "weak"), ("adjustment", "weak")}
_MILESTONES = "milestones_reached_share"
# A row that says only that nobody has recorded the factor yet.
_NOTHING = "not_recorded"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of a factor; `chart` is empty where a bar would say nothing."""

    label: str
    shown: Markup
    earlier: Markup | str
    chart: Markup | str


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One key factor."""

    name: str
    title: str
    guide: str
    meaning: str
    indicators: list[Indicator] = field(default_factory=list)
    months: Markup | str = ""
    months_note: str = ""


def key_factors(page: Page) -> list[FactorRow]:
    """A row for each of the ten factors, also for one without any figure."""
    return [_row(page, name) for name in FACTORS]


def earlier_cohort(page: Page) -> str | None:
    """The cohort before the present one, if the tables know it."""
    before = [c for c in page.cohorts[1:] if len(page.reader.rows("key_factor", cohort=c))]
    return before[0] if before else None


def _row(page: Page, name: str) -> FactorRow:
    rows = _of_cohort(page, name, page.preference)
    plain = rows[rows["month"] == ""]
    before = earlier_cohort(page)
    past = page.reader.rows("key_factor", factor=name, cohort=before, month="") if before else rows.iloc[:0]
    found = {code: figure(plain[plain["indicator"] == code].iloc[0]) for code in _ordered(name, plain["indicator"])}
    indicators = [_indicator(page, code, one, past) for code, one in _improved_of(page, found).items()]
    months, note, last = _months(page, name, rows[rows["month"] != ""], before)
    return FactorRow(
        name=name,
        title=page.text(f"factor.{name}"),
        guide=page.text(f"guide.{name}"),
        meaning=_meaning(page, name, {**last, **found}, page.is_early(_cohort_of(rows))),
        indicators=indicators,
        months=months,
        months_note=note,
    )


def _of_cohort(page: Page, name: str, preference: tuple[str, ...]) -> pd.DataFrame:
    """The factor's rows of the first cohort in the preference that has any."""
    for cohort in preference:
        rows = page.reader.rows("key_factor", factor=name, cohort=cohort)
        rows = rows[rows["indicator"] != _NOTHING]
        if len(rows):
            break
    return rows


def _cohort_of(rows: pd.DataFrame) -> str:
    return str(rows["cohort"].iloc[0]) if len(rows) else ""


def _ordered(name: str, codes: pd.Series) -> list[str]:
    """Known indicators in the order above, then whatever else the table holds."""
    present = list(dict.fromkeys(codes))
    known = [code for code in FACTORS[name] if code in present]
    return known + [code for code in present if code not in known]


def _indicator(page: Page, code: str, one: Figure | str, past: pd.DataFrame) -> Indicator:
    label = page.text.of("indicator", code)
    if isinstance(one, str):
        return Indicator(label, Markup('<span class="num">{}</span>').format(one), "", "")
    if code == "sponsor_named" and one.is_shown:
        # Yes or no rather than 1 or 0; there is nothing to compare.
        answer = page.text("factors.yes" if one.value else "factors.no")
        return Indicator(label, Markup('<span class="num">{}</span>').format(answer), "", "")
    same = past[past["indicator"] == code]
    earlier = page.show(figure(same.iloc[0])) if len(same) else ""
    description = page.written(one)
    chart: Markup | str = ""
    if one.unit == "share":
        chart = bar(one.value, 1.0, label, description)
    elif one.unit in ("mean", "points") and one.is_shown and _SCALE.holds(one.value) and code in _ON_SCALE:
        chart = dots(_SCALE, [("mentee", one.value)], label, page.text("surveys.chart_one", value=description))
    return Indicator(label, page.show(one), earlier, chart)


def _improved_of(page: Page, found: dict[str, Figure]) -> dict[str, Figure | str]:
    """The figures to list: how many adjustments made it better and their share become "2 of 3", if the two agree."""
    count, share, made = (found.get(f"adjustments{end}", MISSING) for end in ("_improved", "_improved_share", ""))
    if not (count.is_shown and share.is_shown and made.is_shown and count.value and share.value):
        return dict(found)
    finished = round(count.value / share.value)
    # Shares are published with six decimals.
    if not count.value <= finished <= made.value or abs(count.value / finished - share.value) > 1e-5:
        return dict(found)
    told = page.text("factors.improved_of", improved=page.fmt.number(count.value), finished=page.fmt.number(finished))
    kept = {code: one for code, one in found.items() if not code.startswith("adjustments_improved")}
    return {**kept, "adjustments_outcome": told}


def _months(
    page: Page, name: str, rows: pd.DataFrame, before: str | None
) -> tuple[Markup | str, str, dict[str, Figure]]:
    """The chart of the factor's first monthly indicator, a note, and each monthly indicator's latest figure."""
    if rows.empty:
        return "", "", {}
    latest: dict[str, Figure] = {}
    for code in _ordered(name, rows["indicator"]):
        figures = [figure(r) for _, r in rows[rows["indicator"] == code].sort_values("month").iterrows()]
        shown = [one for one in figures if one.is_shown]
        latest[code] = shown[-1] if shown else figures[-1]
    code = next(iter(latest))
    main = _by_month(rows[rows["indicator"] == code])
    other = {}
    if before:
        past = page.reader.rows("key_factor", factor=name, cohort=before, indicator=code)
        other = _by_month(past[past["month"] != ""])
    months = sorted({*main, *other})
    series = [Series(page.cohort_name(page.cohort), tuple(main.get(m, MISSING).value for m in months))]
    if any(one.is_shown for one in other.values()):
        series.append(Series(page.cohort_name(before or ""), tuple(other.get(m, MISSING).value for m in months), False))
    values = [v for s in series for v in s.values if v is not None]
    is_share = latest[code].unit == "share"
    top = 1.0 if is_share else float(max(1, -(-max(values, default=1) // 1)))
    ticks = [(0.0, page.fmt.value(0.0, latest[code].unit)), (top, page.fmt.value(top, latest[code].unit))]
    if is_share:
        ticks.insert(1, (0.5, page.fmt.share(0.5)))
    label = page.text.of("indicator", code)
    spoken = ", ".join(f"{_month(page, m)}: {page.written(main[m])}" for m in months if m in main)
    chart = line(series, [_month(page, m) for m in months], ticks, label, spoken, page.written(latest[code]))
    n_hidden = sum(one.is_hidden for one in main.values())
    parts = [page.text("factors.months_by", indicator=label)]
    if len(series) > 1:
        parts.append(page.text("factors.months_other", cohort=page.cohort_within(before or "")))
    if n_hidden:
        parts.append(page.text.counted("factors.months_hidden", n_hidden))
    return chart, " ".join(parts), latest


def _by_month(rows: pd.DataFrame) -> dict[str, Figure]:
    return {str(row["month"]): figure(row) for _, row in rows.iterrows()}


def _month(page: Page, code: str) -> str:
    digits = code.lstrip("Mm")
    return page.text("factors.month", number=int(digits)) if digits.isdigit() else code


def _meaning(page: Page, name: str, found: dict[str, Figure], is_early: bool) -> str:
    """What the first figure with a threshold means; if that one is hidden, nothing is judged by the others."""
    for code, good_from in FACTORS[name].items():
        one = found.get(code, MISSING)
        if good_from is None or not (one.is_shown or one.is_hidden):
            continue
        if one.is_hidden:
            return page.text("meaning.hidden")
        verdict = "good" if one.value >= good_from else "weak"
        if is_early and ((name, verdict) in _EARLY or code == _MILESTONES):
            return page.text("meaning.early")
        return page.text(f"meaning.{name}.{verdict}")
    if any(one.is_hidden for one in found.values()):
        return page.text("meaning.hidden")
    if any(one.is_shown for one in found.values()):
        return page.text("meaning.undecided")
    return page.text("meaning.missing")
