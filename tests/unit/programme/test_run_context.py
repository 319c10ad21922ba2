"""A run's own knowledge: survives JSON, refuses contradictions, never asks the clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.period import Period
from programme.run_context import RunContext, RunContextError, code_hash, default_known_at, parse_utc, stable_hash

MOMENT = dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)


def context(**changes):
    fields = {
        "programme": "adept-sample", "period": Period(2026, 3), "known_at": MOMENT, "edition": "final",
        "run_id": "r1", "code_hash": "c", "config_hash": "k",
    }  # fmt: skip
    return RunContext(**{**fields, **changes})


@given(
    st.builds(Period, st.integers(1950, 2900), st.integers(1, 4)),
    st.integers(0, 2**35).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)),
    st.sampled_from(["preliminary", "final", "corrected-1", "corrected-12"]),
    st.none() | st.just("2024"),
)
def test_json_leads_back(period, moment, edition, cohort):
    before = context(period=period, known_at=moment, edition=edition, cohort=cohort)
    assert RunContext.from_json(json.loads(json.dumps(before.to_json()))) == before


@pytest.mark.parametrize("edition", ["", "Final", "corrected", "corrected-0", "corrected-01", "final "])
def test_unknown_editions_are_refused(edition):
    with pytest.raises(RunContextError, match="preliminary, final or corrected"):
        context(edition=edition)


@pytest.mark.parametrize("moment", [MOMENT.replace(tzinfo=None), MOMENT.astimezone(dt.timezone(dt.timedelta(hours=2)))])
def test_known_at_is_utc(moment):
    with pytest.raises(RunContextError, match="UTC"):
        context(known_at=moment)


def test_state_is_that_of_the_last_day_and_cohort_narrows():
    assert context().as_of == dt.date(2026, 9, 30)
    assert context().known_at_text == "2026-11-20T06:00:00Z"
    assert context().for_cohort("2024") == context(cohort="2024")


def test_editions_are_due_on_day_20():
    assert default_known_at(Period(2026, 3), "preliminary") == dt.datetime(2026, 10, 20, 6, tzinfo=dt.UTC)
    assert default_known_at(Period(2026, 3), "final") == MOMENT
    assert default_known_at(Period(2025, 4), "final") == dt.datetime(2026, 2, 20, 6, tzinfo=dt.UTC)
    with pytest.raises(RunContextError, match="give known_at"):
        default_known_at(Period(2026, 3), "corrected-1")


@pytest.mark.parametrize("text", ["2026-10-20T06:00:00", "yesterday", "", None])
def test_times_without_zone_are_refused(text):
    with pytest.raises(RunContextError, match="Z"):
        parse_utc(text)


def test_offsets_become_utc():
    assert parse_utc("2026-11-20T07:00:00+01:00") == MOMENT


def test_hashes_are_stable_and_tell_differences():
    canonical = hashlib.sha256('{"a":"å","b":1}'.encode()).hexdigest()[:16]
    assert stable_hash({"b": 1, "a": "å"}) == stable_hash({"a": "å", "b": 1}) == canonical
    assert stable_hash({"a": 1}) != stable_hash({"a": 2})
    assert len(code_hash()) == 16
