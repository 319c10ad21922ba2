"""The sample through extraction and gate: every dirty row is caught, no clean row is, and nobody is named."""

from __future__ import annotations

from pathlib import Path

import pytest

import sources.sample
from expectations import gate
from programme.loading import load_programme
from programme.period import Period
from programme.vault import Vault
from sources import extract
from sources.sample import Sample
from tests.unit.sample.runs import run


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Truth and gated datasets of each quarter."""
    inbox, vault_folder = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("vault")
    programme = load_programme(Path(sources.sample.__file__).parent / "programme.yaml")
    found = []
    for advance in run(Sample(n_employees=300)):
        for path, data in advance.files.items():
            (inbox / path).parent.mkdir(parents=True, exist_ok=True)
            (inbox / path).write_bytes(data)
        period = Period.parse(advance.truth.period)
        with Vault(f"duckdb:///{vault_folder}/vault.duckdb", "k" * 43 + "=", programme.name) as vault:
            extracts = [e for source in programme.sources for e in extract(source, period, inbox, vault)]
        found.append((advance.truth, gate(extracts)))
    return found


def test_dirty_rows_are_caught_and_clean_ones_are_not(judged):
    for truth, gated in judged:
        told = {(d["file"], d["line"], d["rule"]) for d in truth.dirty}
        repeats = {entry for entry in told if entry[2] == "exact_repeat"}
        caught = {
            (f"{g.extract.dataset.source}/{truth.period}/{r.file}", int(r.line), r.rule)
            for g in gated
            for r in g.rejected.itertuples()
        }
        assert caught == told - repeats
        assert sum(g.n_repeats for g in gated) == len(repeats)
        assert all(g.n_received == len(g.accepted) + len(g.rejected) + g.n_repeats for g in gated)


def test_nobody_is_named_in_comments(judged):
    n_comments = 0
    for truth, gated in judged:
        marks = {c[k] for c in truth.canaries for k in ("number", "first_name", "last_name", "email", "pnr")}
        marks |= {identifier for c in truth.comments for identifier in c["identifiers"]}
        for g in gated:
            if "comment" in g.accepted:
                text = "\n".join(g.accepted["comment"].dropna().astype(str))
                n_comments += len(g.accepted)
                assert not [mark for mark in marks if mark in text]
    assert n_comments > 50
