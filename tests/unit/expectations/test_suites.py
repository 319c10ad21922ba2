"""The suites: every dataset has one, they say what the contract says, and the page for people is up to date."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import expectations
from expectations import RULES, checks, relations, suites
from sources.contracts import DATASETS, dataset
from tests.unit.expectations.frames import PERIOD

ROOT = Path(__file__).resolve().parents[3]


def test_every_dataset_has_a_suite_with_a_rule_and_a_reason_on_each_expectation():
    for item in DATASETS:
        found = expectations.suite(item, PERIOD)
        assert found.name == f"{item.source}.{item.name}"
        assert len(found.expectations) == len(checks(item))
        required = {c.name for c in item.loaded_columns if c.required}
        filled = {e.column for e in found.expectations if e.expectation_type == "expect_column_values_to_be_filled"}
        assert filled == required
        assert "duplicate_key" in {e.meta["rule"] for e in found.expectations}
        for expectation in found.expectations:
            assert expectation.meta["rule"] in RULES and ": expected" in expectation.meta["reason"]


def test_suites_read_like_sentences():
    types = {e.expectation_type for e in expectations.suite(dataset("hris", "employment"), PERIOD).expectations}
    assert {
        "expect_column_values_to_be_filled", "expect_column_values_to_read_as", "expect_column_values_to_be_among",
        "expect_column_values_to_lie_between", "expect_column_pair_to_be_in_order", "expect_key_to_be_unique",
    } <= types  # fmt: skip


def test_the_anonymous_lane_is_never_compared_with_anything():
    assert not [c for c in checks(dataset("anonymous", "self_identification")) if c.kind == "true"]


def test_the_page_of_contracts_is_up_to_date():
    page = (ROOT / "docs" / "data_contracts.md").read_text(encoding="utf-8")
    assert page == expectations.describe(), "run `python -m expectations.describe > docs/data_contracts.md`"


def test_importing_the_room_does_not_import_great_expectations():
    code = "import sys, expectations; assert 'great_expectations' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_nothing_is_sent_and_no_file_is_written(tmp_path):
    """In a fresh process, without the setting that the pipeline makes at its start: importing the room is enough."""
    code = """
import os, socket
tried = []
socket.socket.connect = lambda *_: tried.append(1)
import expectations
from tests.unit.expectations.frames import organisation
expectations.gate([organisation(20)["hris.leave"]])
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
assert not tried
"""
    environment = {k: v for k, v in os.environ.items() if k != "GX_ANALYTICS_ENABLED"}
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
    assert not list(tmp_path.rglob("*"))


def test_an_expectation_that_cannot_be_evaluated_is_an_error_not_a_pass():
    with pytest.raises(suites.SuiteError, match=r"programme\.meeting"):
        suites.validate(pd.DataFrame({"meeting_id": ["M1"]}), dataset("programme", "meeting"), PERIOD)


def test_cycles_are_found_exactly():
    tail, head = pd.Series(list("abcdxyzs")), pd.Series(list("bcaaxzqz"))
    # a-b-c form a cycle, d leads into it, x points to itself, y, z and s form a tree.
    assert relations.in_cycle(tail, head).tolist() == [True, True, True, False, True, False, False, False]
    twice = relations.in_cycle(pd.Series(list("aab")), pd.Series(list("cba")))
    assert twice.tolist() == [False, True, True]
