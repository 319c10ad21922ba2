"""Numbers and dates as Swedes and Britons write them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from programme.period import Period
from reports.formats import Formats
from reports.wording import wording

SV, EN = Formats(wording("sv")), Formats(wording("en"))
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (SV.number(1234567), f"1{NBSP}234{NBSP}567"),
        (EN.number(1234567), "1,234,567"),
        (SV.number(3.85, 1), "3,9"),
        (EN.number(3.85, 1), "3.9"),
        (SV.number(-0.5, 1), "−0,5"),
        (SV.signed(-0.001, 2), "0,00"),
        (SV.signed(0.043, 2), "+0,04"),
        (SV.share(0.744), f"74{NBSP}%"),
        (EN.share(0.744), "74%"),
        (SV.share(0.034), f"3,4{NBSP}%"),
        (SV.share(0), f"0{NBSP}%"),
        (SV.share_words(0.744), "74 procent"),
        (EN.share_words(0.744), "74 per cent"),
        (SV.number(float("nan")), "–"),
        (SV.share(None), "–"),
        (SV.date(dt.date(2026, 9, 30)), "30 september 2026"),
        (EN.date("2026-09-30"), "30 September 2026"),
        (SV.short_date(pd.Timestamp("2026-09-30")), "2026-09-30"),
        (SV.due_date("2026-09-30"), "30 sep 2026"),
        (SV.due_date(pd.NaT), "–"),
        (SV.short_date(pd.NaT), "–"),
        (SV.short_date(None), "–"),
        (SV.period(Period(2026, 3)), "tredje kvartalet 2026"),
        (EN.period(Period(2026, 3)), "third quarter of 2026"),
        (SV.list_of(["a", "b", "c"]), "a, b och c"),
        (EN.list_of(["a"]), "a"),
        (SV.value(6, "count"), "6"),
        (SV.value(7.44, "count"), "7,4"),
        (SV.value(0.5, "hours"), f"0,5{NBSP}tim"),
    ],
)
def test_written(written, expected):
    assert written == expected
