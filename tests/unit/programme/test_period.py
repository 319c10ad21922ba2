"""Quarters: labels, keys and arithmetic that agree with the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.period import Period, PeriodError

PERIODS = st.builds(Period, st.integers(1950, 2900), st.integers(1, 4))


@given(PERIODS)
def test_label_and_key_lead_back(period):
    assert Period.parse(period.label) == period
    assert Period.from_partition_key(period.partition_key) == period


@given(st.dates(dt.date(1950, 1, 1), dt.date(2900, 12, 31)))
def test_every_day_lies_in_exactly_its_quarter(day):
    period = Period.containing(day)
    assert period.start <= day <= period.end
    assert period.end + dt.timedelta(days=1) == period.shift(1).start
    assert period.quarter == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(day.month, 4)


@given(PERIODS, st.integers(-80, 80))
def test_shifting_goes_back_and_forth_and_orders(period, quarters):
    later = period.shift(quarters)
    assert later.shift(-quarters) == period
    assert (later > period) == (quarters > 0)
    assert len(period.until(later)) == max(0, quarters + 1)


def test_known_quarter():
    assert (Period(2026, 3).start, Period(2026, 3).end) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert [str(p) for p in Period(2025, 4).until(Period(2026, 2))] == ["2025Q4", "2026Q1", "2026Q2"]


@pytest.mark.parametrize("text", ["2026Q5", "2026K3", "26Q3", "2026Q", "", "2026Q3x", "1026Q1"])
def test_other_texts_are_refused(text):
    with pytest.raises(PeriodError, match="2026Q3"):
        Period.parse(text)


@pytest.mark.parametrize("key", ["2026-07-02", "2026-08-01", "2026Q3", "", None])
def test_other_keys_are_refused(key):
    with pytest.raises(PeriodError, match="first day"):
        Period.from_partition_key(key)
