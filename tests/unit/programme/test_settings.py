"""Settings come from the environment; everything missing is named at once and no secret is shown."""

from __future__ import annotations

import pytest

from programme.settings import Settings, SettingsError

FULL = {
    "ADEPT_PROGRAMME_FILE": "programme.yaml", "ADEPT_WAREHOUSE": "duckdb:///w/w.duckdb",
    "ADEPT_VAULT": "postgresql://keeper:hush@db:5433/vault", "ADEPT_VAULT_KEY": "k" * 32, "ADEPT_INBOX": "in",
    "ADEPT_WORK": "work", "ADEPT_PUBLISH": "out",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FULL))
def test_each_missing_variable_is_named(name):
    for environ in ({k: v for k, v in FULL.items() if k != name}, {**FULL, name: ""}):
        with pytest.raises(SettingsError) as caught:
            Settings.from_environment(environ)
        assert str(caught.value).startswith(f"{name}: not set")


def test_all_missing_variables_are_named_at_once():
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({})
    assert {line.split(":")[0] for line in str(caught.value).split("\n")} == set(FULL)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ADEPT_VAULT_KEY": "k" * 31}, "ADEPT_VAULT_KEY: shorter than 32"),
        ({"ADEPT_VAULT": "duckdb:///w/../w/w.duckdb"}, "ADEPT_VAULT: names the warehouse's database"),
        ({"ADEPT_WAREHOUSE": "postgresql://other:x@db:5433/vault"}, "ADEPT_VAULT: names the warehouse's database"),
        ({"ADEPT_WAREHOUSE": "w.duckdb"}, "ADEPT_WAREHOUSE: expected duckdb:///"),
    ],
)
def test_wrong_values_are_refused(changes, message):
    with pytest.raises(SettingsError, match=message):
        Settings.from_environment({**FULL, **changes})


def test_automatic_approval_is_off_unless_asked_for_exactly():
    assert not Settings.from_environment(FULL).auto_approve
    assert not Settings.from_environment({**FULL, "ADEPT_DEMO_AUTO_APPROVE": "1"}).auto_approve
    assert Settings.from_environment({**FULL, "ADEPT_DEMO_AUTO_APPROVE": "yes"}).auto_approve


def test_repr_shows_no_secret():
    shown = repr(Settings.from_environment(FULL))
    assert "hush" not in shown
    assert "kkk" not in shown
