"""Numbers, shares and dates as readers of a language write them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from programme.period import Period
from reports.wording import Wording

_MINUS = "−"
_NARROW = "\u00a0"  # no-break space: a number is never parted from its unit


class Formats:
    """Formats of one language; `None` and nan give the sign for a figure that is not there."""

    missing = "–"

    def __init__(self, text: Wording) -> None:
        self.text = text
        self.locale = {"sv": "sv_SE", "en": "en_GB"}[text.language]

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number with so many decimals, rounded half up, thousands parted."""
        if value is None or not math.isfinite(value):
            return self.missing
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        written = format_decimal(abs(rounded), format=pattern, locale=self.locale, decimal_quantization=False)
        return (_MINUS if rounded < 0 else "") + written

    def signed(self, value: float | None, decimals: int = 0) -> str:
        """A difference, with its sign unless it rounds to nought."""
        written = self.number(value, decimals)
        is_nought = not any(c in "123456789" for c in written)
        return written.lstrip(_MINUS) if is_nought else ("+" + written if (value or 0) > 0 else written)

    def share(self, value: float | None) -> str:
        """A share 0..1 as per cent, short: for tables and charts."""
        if value is None or not math.isfinite(value):
            return self.missing
        return self.text("format.percent_short", figure=self.number(100 * value, self._share_decimals(value)))

    def share_words(self, value: float | None) -> str:
        """A share 0..1 as per cent, the word written out: for sentences and headlines."""
        if value is None or not math.isfinite(value):
            return self.missing
        return self.text("format.percent_words", figure=self.number(100 * value, self._share_decimals(value)))

    @staticmethod
    def _share_decimals(value: float) -> int:
        # One decimal below ten per cent: turnover of 3.4 and 2.6 per cent are not the same.
        return 1 if 0 < abs(value) < 0.0995 else 0

    def value(self, value: float | None, unit: str) -> str:
        """A figure of a published table, by its unit."""
        if unit == "share":
            return self.share(value)
        if unit in ("count", "people", "pairs", "events"):
            # A mean of counts (colleagues, contacts) keeps a decimal.
            return self.number(value, 0 if value is None or float(value).is_integer() else 1)
        if unit in ("hours", "minutes"):
            return self.text.of("unit", unit, figure=self.number(value, 0 if (value or 0) >= 10 else 1))
        if unit == "difference":
            return self.signed(value, 2)
        return self.number(value, 2)

    def date(self, day: dt.date | str | None) -> str:
        """A date written out: 30 september 2026."""
        day = _as_date(day)
        return self.missing if day is None else format_date(day, format="d MMMM y", locale=self.locale)

    def short_date(self, day: dt.date | str | None) -> str:
        """A date as digits: 2026-09-30 (sv) or 30 Sep 2026 (en)."""
        day = _as_date(day)
        pattern = "y-MM-dd" if self.locale == "sv_SE" else "d MMM y"
        return self.missing if day is None else format_date(day, format=pattern, locale=self.locale)

    def due_date(self, day: dt.date | str | None) -> str:
        """A date with its month's short name and no full stop: 30 sep 2026."""
        day = _as_date(day)
        return self.missing if day is None else format_date(day, format="d MMM y", locale=self.locale).replace(".", "")

    def period(self, period: Period) -> str:
        """A quarter in words: tredje kvartalet 2026."""
        return self.text(f"quarter.{period.quarter}", year=period.year)

    def list_of(self, items: list[str]) -> str:
        """Items joined as in a sentence: a, b and c."""
        if len(items) < 2:
            return "".join(items)
        return self.text("format.and", first=", ".join(items[:-1]), last=items[-1])


def _as_date(day: object) -> dt.date | None:
    """Dates come as date, timestamp or ISO text; anything missing is None."""
    if isinstance(day, dt.datetime):
        return None if day != day else day.date()  # NaT is a datetime that differs from itself
    if isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(str(day)[:10])
    except ValueError:
        return None
