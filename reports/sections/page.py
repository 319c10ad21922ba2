"""What every section needs: tables, programme, language, and the cohort the report speaks of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup, escape

from programme.config import Programme, Text
from programme.period import Period
from reports.formats import Formats
from reports.reading import MISSING, TOTAL, Figure, Reader
from reports.wording import Wording

# Outcomes whose difference is a difference of shares, and those that are means of a scale of 1 to 5.
SHARE_OUTCOMES = ("retention", "promotion", "internal_move")
SCALE_OUTCOMES = ("wellbeing", "career_satisfaction", "belonging", "psychological_safety")
GROUP_ORDER = {"female": 0, "male": 1, "other": 2, "-29": 0, "30-39": 1, "40-49": 2, "50-59": 3, "60-": 4}
# Before so many months a cohort has had no time to show what only time can show.
_EARLY_MONTHS = 3
_SCALE_METRICS = ("relationship_quality", *SCALE_OUTCOMES)


@dataclass(frozen=True)
class Page:
    """One report in one language."""

    reader: Reader
    programme: Programme
    text: Wording
    fmt: Formats
    period: Period | None

    @classmethod
    def open(cls, reader: Reader, programme: Programme, text: Wording) -> Page:
        """A page on the reader's period; tables that name no period give a page without one."""
        period = Period.parse(reader.period) if reader.period else None
        return cls(reader, programme, text, Formats(text), period)

    @property
    def as_of(self) -> dt.date | None:
        """The period's last day."""
        return self.period.end if self.period else None

    def own(self, text: Text) -> str:
        """A text of programme.yaml in the report's language."""
        return getattr(text, self.text.language)

    @property
    def cohorts(self) -> list[str]:
        """Cohorts whose pairs were matched by the period's end, latest first."""
        begun = [c for c in self.programme.cohorts if self.as_of is not None and c.match_on <= self.as_of]
        return [c.name for c in sorted(begun, key=lambda c: c.match_on, reverse=True)]

    @property
    def cohort(self) -> str:
        """The cohort that the report speaks of: the latest one that has begun, or all together."""
        return self.cohorts[0] if self.cohorts else TOTAL

    def is_early(self, cohort: str) -> bool:
        """Whether a cohort has gone on for less than three months by the period's end.

        All cohorts together count as early as long as only one has begun, and that lately.
        """
        known = self.cohorts
        name = known[0] if cohort == TOTAL and len(known) == 1 else cohort
        start = next((c.starts_on for c in self.programme.cohorts if c.name == name), None)
        if start is None or self.as_of is None or name not in known:
            return False
        # A cohort of the 1st has had its months by the last day of the third.
        years, month = divmod(start.month - 1 + _EARLY_MONTHS, 12)
        return self.as_of + dt.timedelta(days=1) < dt.date(start.year + years, month + 1, min(start.day, 28))

    @property
    def preference(self) -> tuple[str, ...]:
        """Where a figure is looked for: this cohort first, then all cohorts together."""
        return (self.cohort, TOTAL) if self.cohort != TOTAL else (TOTAL,)

    def best(self, table: str, **where: str | tuple[str, ...]) -> Figure:
        """The figure of the present cohort, else of all cohorts, else MISSING (or hidden if either is)."""
        best = MISSING
        for cohort in self.preference:
            found = self.reader.figure(table, cohort=cohort, **where)
            if found.is_shown:
                return found
            best = found if found.is_hidden else best
        return best

    def cohort_name(self, cohort: str) -> str:
        """Omgång 2025, or all cohorts."""
        return self.text("cohort.all") if cohort in (TOTAL, "") else self.text("cohort.one", name=cohort)

    def cohort_within(self, cohort: str) -> str:
        """The same within a sentence: omgång 2025."""
        return self.text("cohort.all_within") if cohort in (TOTAL, "") else self.text("cohort.one_within", name=cohort)

    def written(self, figure: Figure, words: bool = False) -> str:
        """A figure as plain text: the number, the sign of a hidden cell, or a dash."""
        if figure.is_hidden:
            return self.text("hidden.sign")
        if figure.value is None:
            return self.fmt.missing
        return (
            self.fmt.share_words(figure.value)
            if words and figure.unit == "share"
            else self.fmt.value(figure.value, figure.unit)
        )

    def show(self, figure: Figure) -> Markup:
        """A figure for the page: hidden and missing ones look different from numbers, and say so aloud."""
        if figure.is_hidden:
            return Markup('<span class="too-few"><span aria-hidden="true">••</span> {}</span>').format(
                self.text("hidden.word")
            )
        if figure.value is None:
            return Markup(
                '<span class="none"><span aria-hidden="true">–</span><span class="aloud">{}</span></span>'
            ).format(self.text("missing.word"))
        return Markup('<span class="num">{}</span>').format(escape(self.written(figure)))

    def count(self, figure: Figure) -> str:
        """The number of people behind a figure; empty where the figure is hidden or missing, for it has said so."""
        return self.fmt.number(figure.n) if figure.is_shown and figure.n is not None else ""

    def metric_value(self, value: float | None, metric: str, unit: str = "") -> str:
        """A value in its metric's own unit; a goal's baseline and target carry no unit of their own."""
        if metric.endswith("_share") or unit == "share":
            return self.fmt.share(value)
        return self.fmt.number(
            value, 1 if metric in (*_SCALE_METRICS, "network_size", "meetings_per_pair_month") else 2
        )

    def effect_value(self, value: float | None, outcome: str, with_unit: bool = True) -> str:
        """A difference in the outcome's own unit: percentage points, points of the scale, colleagues."""
        if outcome in SHARE_OUTCOMES:
            written = self.fmt.signed(None if value is None else 100 * value, 1)
            return self.text("unit.percentage_points", figure=written) if with_unit and value is not None else written
        written = self.fmt.signed(value, 2 if outcome in SCALE_OUTCOMES else 1)
        if not with_unit or value is None:
            return written
        return self.text("unit.scale_points" if outcome in SCALE_OUTCOMES else "unit.colleagues", figure=written)

    def interval(self, figure: Figure, outcome: str) -> str:
        """An interval in words: 1,2 till 5,4; empty where there is none."""
        if figure.low is None or figure.high is None:
            return ""
        return self.text(
            "format.interval",
            low=self.effect_value(figure.low, outcome, with_unit=False),
            high=self.effect_value(figure.high, outcome, with_unit=False),
        )
