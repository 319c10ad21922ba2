"""The vault, on both engines: pseudonyms that cannot be guessed, a roster that forgets when told to."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import stat

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.vault import Vault, VaultError, normal_number, pseudonym
from programme.warehouse import Warehouse

KEY = "0123456789abcdef" * 3
NUMBERS = st.text("ABCDEFÅ0123456789-_/.", min_size=1, max_size=12)


@pytest.fixture
def vault(database):
    with Vault(database, KEY, "adept-sample") as opened:
        yield opened


def person(vault, number, known=1, **fields):
    moment = dt.datetime(2026, 1, known, tzinfo=dt.UTC)
    return {"person_id": vault.pseudonym(number), "employee_number": number, "known_at": moment, **fields}


def rejected(**changes):
    row = {"source": "hris", "dataset": "employee", "period": "2026Q1", "file": "anstallda.csv", "file_hash": "h1",
           "line": 7, "rule": "unknown_code", "content": "E01001;Anna;Svensson"}  # fmt: skip
    return {**row, **changes}


# -- pseudonyms -----------------------------------------------------------------------------------------------------


def test_pseudonym_is_the_documented_hmac():
    digest = hmac.new(KEY.encode(), b"adept-sample\0E01001", hashlib.sha256).hexdigest()
    assert pseudonym(KEY, "adept-sample", "E01001") == "p" + digest[:20]


@given(NUMBERS, NUMBERS)
def test_pseudonyms_tell_people_programmes_and_keys_apart(one, other):
    first = pseudonym(KEY, "a", one)
    assert (first == pseudonym(KEY, "a", other)) == (normal_number(one) == normal_number(other))
    assert first != pseudonym(KEY, "b", one)
    assert first != pseudonym(KEY[::-1], "a", one)
    assert one not in first or len(one) < 3


@pytest.mark.parametrize("spelling", ["E01001", " e01001 ", "E01 001", "Ｅ０１００１", "e01001\u00a0"])
def test_spellings_of_one_number_are_one_person(spelling):
    assert pseudonym(KEY, "a", spelling) == pseudonym(KEY, "a", "E01001")


@pytest.mark.parametrize("number", ["", "  ", "E01\ufffd01", "E0;1", "1" * 41, "\x00"])
def test_unreadable_numbers_have_no_pseudonym(number):
    assert pseudonym(KEY, "a", number) is None


def test_series_keep_index_and_missing(tmp_path):
    vault = Vault(f"duckdb:///{tmp_path}/v.duckdb", KEY, "a")
    series = pd.Series(["E1", None, "E2", float("nan"), "e1", ""], index=[5, 3, 1, 9, 7, 2], dtype=object)
    got = vault.pseudonym(series)
    one, two = pseudonym(KEY, "a", "E1"), pseudonym(KEY, "a", "E2")
    assert got.tolist() == [one, None, two, None, one, None]
    assert got.index.tolist() == [5, 3, 1, 9, 7, 2]
    assert not (tmp_path / "v.duckdb").exists()


# -- the roster -----------------------------------------------------------------------------------------------------


def test_remembering_twice_changes_nothing(vault):
    people = pd.DataFrame([person(vault, "E1", first_name="Anna", email="Anna@Ex.se"), person(vault, "E2")])
    assert vault.remember(people) == 2
    before = vault.roster()
    assert vault.remember(people) == 2
    pd.testing.assert_frame_equal(vault.roster(), before)
    assert before.columns.tolist() == ["person_id", "employee_number", "first_name", "last_name", "email"]
    assert set(before["employee_number"]) == {"E1", "E2"}
    assert before["last_name"].tolist() == [None, None]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_later_knowledge_wins_whatever_the_order(vault, order):
    rows = [person(vault, "E1", 1, first_name="Anna", email="old@ex.se"), person(vault, "E1", 2, first_name="Anja")]
    for index in order:
        vault.remember(pd.DataFrame([rows[index]]))
    roster = vault.roster()
    assert roster[["first_name", "email"]].to_numpy().tolist() == [["Anja", "old@ex.se"]]
    both = pd.DataFrame(rows)
    vault.remember(both)
    assert len(vault.roster()) == 1


def test_people_are_found_by_an_address_of_their_own(vault):
    vault.remember(
        pd.DataFrame([
            person(vault, "E1", email="anna@ex.se"), person(vault, "E2", email="info@ex.se"),
            person(vault, "E3", email="INFO@ex.se"), person(vault, "E4"),
        ])
    )  # fmt: skip
    assert vault.person_ids_by_email([" Anna@ex.SE", "info@ex.se", "nobody@ex.se", None]) == {
        " Anna@ex.SE": vault.pseudonym("E1")
    }


def test_identifying_is_logged_and_needs_a_purpose(vault, database):
    vault.remember(pd.DataFrame([person(vault, "E1", first_name="Anna"), person(vault, "E2")]))
    found = vault.identify([vault.pseudonym("E1"), "p" + "0" * 20], purpose="review", actor="programkontoret")
    assert found["first_name"].tolist() == ["Anna"]
    with Warehouse(database) as opened:
        log = opened.query("SELECT actor, purpose, action, person_id, accessed_at FROM access_log ORDER BY person_id")
    assert set(log["person_id"]) == {vault.pseudonym("E1"), "p" + "0" * 20}
    assert log["accessed_at"].notna().all()
    assert set(log["purpose"]) == {"review"}
    for purpose, actor in (("", "a"), ("p", " ")):
        with pytest.raises(VaultError, match="actor and a purpose"):
            vault.identify([vault.pseudonym("E1")], purpose=purpose, actor=actor)


# -- sealed rows ----------------------------------------------------------------------------------------------------


def test_sealed_rows_are_encrypted_and_come_back_once(vault, database):
    rows = pd.DataFrame([rejected(), rejected(line=8, content={"Förnamn": "Åsa"}), rejected(line=9, file_hash=None)])
    assert vault.seal(rows) == 3
    assert vault.seal(rows) == 0
    with Warehouse(database) as opened:
        stored = opened.query("SELECT * FROM sealed_row")
    assert not stored.astype(str).apply(lambda c: c.str.contains("Anna|Åsa|E01001")).any(axis=None)
    back = vault.unseal("hris", "employee", purpose="replay", actor="ingest")
    assert sorted(back["line"]) == [7, 8, 9]
    assert "E01001;Anna;Svensson" in set(back["content"])
    assert '{"Förnamn": "Åsa"}' in set(back["content"])
    assert vault.unseal("hris", "leave", purpose="replay", actor="ingest").empty


def test_sealed_rows_open_with_their_own_key_alone(vault, database):
    vault.seal(pd.DataFrame([rejected()]))
    other = Vault(database, KEY[::-1], "adept-sample")
    with pytest.raises(VaultError, match="does not open") as caught:
        other.unseal("hris", "employee", purpose="replay", actor="ingest")
    assert "Anna" not in str(caught.value)


def test_frames_without_needed_columns_are_refused(vault):
    with pytest.raises(VaultError, match="lacks rule, content"):
        vault.seal(pd.DataFrame([rejected()]).drop(columns=["rule", "content"]))
    with pytest.raises(VaultError, match="lacks known_at"):
        vault.remember(pd.DataFrame({"person_id": ["p1"]}))


# -- erasure --------------------------------------------------------------------------------------------------------


def test_the_erased_do_not_come_back(vault, database):
    people = pd.DataFrame([person(vault, "E01001", first_name="Anna"), person(vault, "E01002", first_name="Bo")])
    vault.remember(people)
    vault.identify(people["person_id"], purpose="review", actor="a")
    rows = [
        rejected(),
        rejected(line=8, content="E01002;Bo"),
        rejected(line=9, content="?", person_id=people.person_id[0]),
    ]
    vault.seal(pd.DataFrame(rows))
    gone = people["person_id"][0]
    assert vault.erase([gone], purpose="erasure", actor="privacy_upkeep") == {"person": 1, "sealed_row": 2}
    assert vault.remember(people) == 1
    assert vault.roster()["first_name"].tolist() == ["Bo"]
    assert vault.unseal("hris", "employee", purpose="p", actor="a")["line"].tolist() == [8]
    assert vault.erased(people["person_id"]) == {gone}
    assert vault.seal(pd.DataFrame([rows[2]])) == 0
    with Warehouse(database) as opened:
        for table in ("person", "sealed_row", "access_log", "erased"):
            assert not opened.query(f"SELECT * FROM {table}").astype(str).isin([gone]).any(axis=None)
        # Without the vault's key the hash that stays cannot be tried against guessed people.
        salt, kept = opened.scalar("SELECT salt FROM salt"), opened.scalar("SELECT person_hash FROM erased")
    assert kept not in {hashlib.sha256(t.encode()).hexdigest() for t in (gone, salt + gone, gone + salt)}


def test_erased_bytes_leave_the_file(tmp_path):
    path = tmp_path / "vault" / "v.duckdb"
    vault = Vault(f"duckdb:///{path}", KEY, "a")
    vault.remember(pd.DataFrame([person(vault, "E1", first_name="KANARIEFÅGELN"), person(vault, "E2")]))
    with Warehouse(f"duckdb:///{path}") as opened:
        opened.execute("CHECKPOINT")
    assert b"KANARIEF" in path.read_bytes()
    vault.erase([vault.pseudonym("E1")], purpose="erasure", actor="a")
    assert b"KANARIEF" not in b"".join(p.read_bytes() for p in path.parent.iterdir())
    assert vault.roster()["employee_number"].tolist() == ["E2"]
    vault.remember(pd.DataFrame([person(vault, "E2", 2, first_name="Bo")]))
    assert vault.roster()["first_name"].tolist() == ["Bo"]


# -- secrecy --------------------------------------------------------------------------------------------------------


def test_files_are_closed_to_others(tmp_path):
    path = tmp_path / "vault" / "v.duckdb"
    vault = Vault(f"duckdb:///{path}", KEY, "a")
    vault.remember(pd.DataFrame([person(vault, "E1")]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    vault.erase([vault.pseudonym("E1")], purpose="p", actor="a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_reprs_show_no_secret_and_short_keys_are_refused():
    shown = repr(Vault("postgresql://keeper:hush@db:5432/vault", KEY, "a"))
    assert "hush" not in shown
    assert KEY not in shown
    with pytest.raises(VaultError, match="32 characters"):
        Vault("duckdb:///v.duckdb", "short", "a")


def test_a_second_vault_opens_while_the_first_lives(database):
    with Vault(database, KEY, "a") as one, Vault(database, KEY, "a") as two:
        one.remember(pd.DataFrame([person(one, "E1")]))
        two.remember(pd.DataFrame([person(two, "E2")]))
        assert len(one.roster()) == 2
