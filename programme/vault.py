"""The vault: the only place that knows who a pseudonym is. A database of its own, with credentials of its own."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, overload

import pandas as pd
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from programme.period import Period
from programme.warehouse import Warehouse, WarehouseError

_NUMBER = re.compile(r"[\w./-]{1,40}")
_PERSON = ("employee_number", "first_name", "last_name", "email")
_SEALED = ("source", "dataset", "period", "file", "file_hash", "line", "rule", "person_id")
_TABLES = (
    """CREATE TABLE IF NOT EXISTS person (
        person_id text PRIMARY KEY, employee_number text, first_name text, last_name text, email text,
        known_at timestamp)""",
    """CREATE TABLE IF NOT EXISTS sealed_row (
        row_id text PRIMARY KEY, source text, dataset text, period text, file text, file_hash text, line bigint,
        rule text, person_id text, token text)""",
    """CREATE TABLE IF NOT EXISTS access_log (
        accessed_at timestamp DEFAULT CURRENT_TIMESTAMP, actor text, purpose text, action text, person_id text)""",
    "CREATE TABLE IF NOT EXISTS erased (person_hash text PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS salt (id integer PRIMARY KEY, salt text)",
)


class VaultError(RuntimeError):
    """The vault refuses: a wrong key, a missing purpose, a frame without the needed columns. Never quotes a person."""


def normal_number(number: object) -> str | None:
    """An employee number as it is hashed: NFKC, no spaces, upper case; None if empty or unreadable."""
    if not isinstance(number, str):
        return None
    text = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    return text if _NUMBER.fullmatch(text) else None


def pseudonym(key: str, programme: str, number: str) -> str | None:
    """`p` and 20 hex digits: HMAC-SHA256 (RFC 2104) over programme and normalised number; None if unreadable."""
    text = normal_number(number)
    if text is None:
        return None
    return "p" + hmac.new(key.encode(), f"{programme}\0{text}".encode(), hashlib.sha256).hexdigest()[:20]


class Vault:
    """Pseudonyms, the roster, sealed rows and the log of who looked; every connection is short.

    `url` is an address as of the warehouse, of another database. Usable with or without `with`.
    """

    def __init__(self, url: str, key: str, programme: str) -> None:
        if len(key) < 32:
            raise VaultError("the vault's key is shorter than 32 characters; make one with `openssl rand -hex 32`")
        self._database = Warehouse(url)
        self._key = key
        self._programme = programme
        self._is_ready = False

    def __repr__(self) -> str:
        """Without key and credentials, since reprs end in logs."""
        return f"Vault({self._database.place!r}, programme={self._programme!r})"

    def __enter__(self) -> Vault:
        with self._open():
            return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held open between calls."""

    # -- pseudonyms ---------------------------------------------------------------------------------------------------

    @overload
    def pseudonym(self, employee_numbers: str) -> str | None: ...
    @overload
    def pseudonym(self, employee_numbers: pd.Series) -> pd.Series: ...
    def pseudonym(self, employee_numbers: str | pd.Series) -> str | pd.Series | None:
        """The pseudonym of a number, or of each of a series (object, same index); None where unreadable."""
        if isinstance(employee_numbers, str):
            return pseudonym(self._key, self._programme, employee_numbers)
        unique = [n for n in employee_numbers.unique() if isinstance(n, str)]
        known = {n: pseudonym(self._key, self._programme, n) for n in unique}
        values = [known.get(n) if isinstance(n, str) else None for n in employee_numbers]
        return pd.Series(values, index=employee_numbers.index, name=employee_numbers.name, dtype=object)

    # -- the roster ---------------------------------------------------------------------------------------------------

    def remember(self, people: pd.DataFrame) -> int:
        """Keep people (person_id, known_at and any of employee_number, first_name, last_name, email); returns how many.

        The later known_at wins, whatever the order of the calls; an empty field never overwrites a filled one. Erased
        people stay away.
        """
        _need(people, ("person_id", "known_at"))
        frame = people.reindex(columns=["person_id", *_PERSON, "known_at"])
        frame = frame[frame["person_id"].notna()].sort_values("known_at", kind="stable")
        frame = frame.drop_duplicates("person_id", keep="last")
        with self._open() as database, database.transaction():
            frame = frame[~frame["person_id"].isin(self._erased(database, frame["person_id"]))]
            if frame.empty:
                return 0
            database.execute("CREATE TEMPORARY TABLE incoming_person AS SELECT * FROM person WHERE false")
            database.insert("incoming_person", frame)
            updates = ", ".join(
                f"{c} = CASE WHEN excluded.known_at >= person.known_at THEN coalesce(excluded.{c}, person.{c}) "
                f"ELSE coalesce(person.{c}, excluded.{c}) END" for c in _PERSON
            )  # fmt: skip
            database.execute(
                "INSERT INTO person SELECT * FROM incoming_person WHERE true "
                f"ON CONFLICT (person_id) DO UPDATE SET {updates}, "
                "known_at = greatest(excluded.known_at, person.known_at)"
            )
            database.execute("DROP TABLE incoming_person")
        return len(frame)

    def roster(self) -> pd.DataFrame:
        """Everybody: person_id, employee_number, first_name, last_name, email (object, None for missing)."""
        with self._open() as database:
            return database.query(f"SELECT person_id, {', '.join(_PERSON)} FROM person ORDER BY person_id")

    def person_ids_by_email(self, emails: Iterable[object]) -> dict[str, str]:
        """Address as given -> person_id; unknown addresses, and those that two people share, are left out."""
        with self._open() as database:
            people = database.query("SELECT person_id, lower(trim(email)) AS email FROM person")
        unique = people.dropna().drop_duplicates("email", keep=False).set_index("email")["person_id"].to_dict()
        wanted = {e: e.strip().lower() for e in emails if isinstance(e, str)}
        return {given: unique[email] for given, email in wanted.items() if email in unique}

    def identify(self, person_ids: Iterable[str], *, purpose: str, actor: str) -> pd.DataFrame:
        """Who these people are (columns as `roster`); each one asked for is written to the access log first."""
        wanted = sorted({p for p in person_ids if isinstance(p, str)})
        with self._open() as database, database.transaction():
            self._log(database, actor, purpose, "identify", wanted)
            people = self._by_id(database, wanted)
        return people

    # -- sealed rows --------------------------------------------------------------------------------------------------

    def seal(self, rows: pd.DataFrame) -> int:
        """Encrypt rejected rows; returns how many were new.

        Columns source, dataset, period, line, rule, content (text, or a mapping of column to text), and where known
        file, file_hash, person_id. The same row again is a no-op; rows that name an erased person are left out.
        """
        _need(rows, ("source", "dataset", "period", "line", "rule", "content"))
        if rows.empty:
            return 0
        fernet = self._fernet()
        frame = rows.reindex(columns=list(_SEALED)).astype(object)
        frame = frame.where(frame.notna(), None)
        texts = [c if isinstance(c, str) else json.dumps(c, ensure_ascii=False, default=str) for c in rows["content"]]
        heads = frame.drop(columns="person_id").itertuples(index=False, name=None)
        frame["row_id"] = [
            self._hash("sealed row", json.dumps([str(h) for h in (*head, text)]))
            for head, text in zip(heads, texts, strict=True)
        ]
        frame["token"] = [fernet.encrypt(text.encode()).decode() for text in texts]
        kept = dict(zip(frame["row_id"], texts, strict=True))
        frame = frame.drop_duplicates("row_id")
        with self._open() as database, database.transaction():
            known = set(database.query("SELECT row_id FROM sealed_row")["row_id"])
            is_gone = pd.Series(self._names_erased(database, [kept[i] for i in frame["row_id"]]), index=frame.index)
            is_gone |= frame["person_id"].isin(self._erased(database, frame["person_id"].dropna()))
            frame = frame[~is_gone.astype(bool)]
            return database.insert("sealed_row", frame[~frame["row_id"].isin(known)])

    def unseal(self, source: str, dataset: str, *, purpose: str, actor: str) -> pd.DataFrame:
        """Decrypt a dataset's rejected rows for replay (the head's columns and content); written to the access log."""
        with self._open() as database, database.transaction():
            self._log(database, actor, purpose, f"unseal {source}.{dataset}", [None])
            rows = database.query(
                f"SELECT {', '.join(_SEALED)}, token FROM sealed_row WHERE source = ? AND dataset = ? "
                "ORDER BY period, file_hash NULLS FIRST, file NULLS FIRST, line, row_id", (source, dataset),
            )  # fmt: skip
        rows["content"] = [self._decrypt(token) for token in rows["token"]]
        return rows.drop(columns="token")

    # -- erasure ------------------------------------------------------------------------------------------------------

    def erase(self, person_ids: Iterable[str], *, purpose: str, actor: str) -> dict[str, int]:
        """Forget people for good; returns the number of rows removed by table.

        Sealed rows that name them go too. A salted, keyed hash stays, so that a later extract does not bring them back.
        """
        wanted = sorted({p for p in person_ids if isinstance(p, str)})
        with self._open() as database, database.transaction():
            self._log(database, actor, purpose, "erase", [None])
            people = self._by_id(database, wanted)
            marks = {str(v) for c in ("employee_number", "email") for v in people[c].dropna() if str(v)} | set(wanted)
            # Whole words: number 12 is not in 2012.
            named = re.compile(rf"(?<!\w)({'|'.join(re.escape(m) for m in sorted(marks))})(?!\w)", re.IGNORECASE)
            sealed = database.query("SELECT row_id, person_id, token FROM sealed_row")
            doomed = [
                row.row_id for row in sealed.itertuples()
                if row.person_id in wanted or (wanted and named.search(self._decrypt(row.token)))
            ]  # fmt: skip
            for row_id in doomed:
                database.execute("DELETE FROM sealed_row WHERE row_id = ?", (row_id,))
            self._bar(database, wanted)
            for person_id in wanted:
                database.execute("DELETE FROM person WHERE person_id = ?", (person_id,))
                database.execute("UPDATE access_log SET person_id = NULL WHERE person_id = ?", (person_id,))
        self._rewrite()
        return {"person": len(people), "sealed_row": len(doomed)}

    def bar(self, person_ids: Iterable[str]) -> None:
        """From now on no load lets these people in; they are not erased yet."""
        with self._open() as database, database.transaction():
            self._bar(database, sorted(set(person_ids)))

    def marks(self, person_ids: Iterable[str]) -> list[str]:
        """The salted, keyed hashes by which the vault knows the erased: for certificates; nobody else can link them."""
        with self._open() as database:
            salt = self._salt(database)
        return sorted(self._hash("erased", salt + person_id) for person_id in set(person_ids))

    def retain(self, cutoff: dt.date) -> dict[str, int]:
        """Forget what is older than the cutoff; returns the number of rows removed by table.

        People whom no delivery has named since, rejected rows of quarters that ended before, and the log of who looked.
        """
        label = Period.containing(cutoff).label
        old = {
            "person": ("known_at < ?", dt.datetime(cutoff.year, cutoff.month, cutoff.day)),  # noqa: DTZ001 - naive UTC
            "sealed_row": ("period < ?", label),
            "access_log": ("accessed_at < ?", dt.datetime(cutoff.year, cutoff.month, cutoff.day)),  # noqa: DTZ001
        }
        removed = {}
        with self._open() as database, database.transaction():
            for table, (condition, value) in old.items():
                removed[table] = int(database.scalar(f"SELECT count(*) FROM {table} WHERE {condition}", (value,)))
                database.execute(f"DELETE FROM {table} WHERE {condition}", (value,))
        if any(removed.values()):
            self._rewrite()
        return removed

    def erased(self, person_ids: Iterable[str]) -> set[str]:
        """Those of the given people who were erased, and whom a load must leave out."""
        with self._open() as database:
            return self._erased(database, person_ids)

    # -- inner workings -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _open(self) -> Iterator[Warehouse]:
        # DuckDB makes its files by the process's umask: strict while they may come into being.
        before = os.umask(0o077)
        try:
            with Warehouse(self._database.url) as database:
                if not self._is_ready:
                    self._prepare(database)
                yield database
        finally:
            os.umask(before)

    def _prepare(self, database: Warehouse) -> None:
        with database.transaction():
            if database.dialect == "postgresql":
                # Two tasks that both find no table would both create it, and one fail.
                database.execute("SELECT pg_advisory_xact_lock(4711)")
            for statement in _TABLES:
                database.execute(statement)
            database.execute("INSERT INTO salt VALUES (1, ?) ON CONFLICT DO NOTHING", (secrets.token_hex(32),))
        if database.dialect == "duckdb":
            database.path.chmod(0o600)
        self._is_ready = True

    def _rewrite(self) -> None:
        """After a DELETE both engines' files still hold the bytes; write them anew."""
        with self._open() as database:
            database.rewrite(("person", "sealed_row", "access_log"))

    def _by_id(self, database: Warehouse, person_ids: list[str]) -> pd.DataFrame:
        people = database.query(f"SELECT person_id, {', '.join(_PERSON)} FROM person ORDER BY person_id")
        return people[people["person_id"].isin(person_ids)].reset_index(drop=True)

    def _log(self, database: Warehouse, actor: str, purpose: str, action: str, people: list[Any]) -> None:
        if not actor.strip() or not purpose.strip():
            raise VaultError("looking into the vault needs an actor and a purpose; both are written to its access log")
        frame = pd.DataFrame({"person_id": people}, dtype=object)
        frame = frame.assign(actor=actor, purpose=purpose, action=action)
        database.insert("access_log", frame)

    def _salt(self, database: Warehouse) -> str:
        return database.scalar("SELECT salt FROM salt")

    def _bar(self, database: Warehouse, person_ids: Iterable[str]) -> None:
        salt = self._salt(database)
        for person_id in person_ids:
            mark = self._hash("erased", salt + person_id)
            database.execute("INSERT INTO erased VALUES (?) ON CONFLICT DO NOTHING", (mark,))

    def _names_erased(self, database: Warehouse, texts: list[str]) -> list[bool]:
        """Whether each text holds an erased person's number or pseudonym; unsplit rows have no fields."""
        if not database.scalar("SELECT count(*) FROM erased"):
            return [False] * len(texts)
        words = [set(_NUMBER.findall(text)) for text in texts]
        people = {w: {w, pseudonym(self._key, self._programme, w) or w} for w in set().union(*words)}
        gone = self._erased(database, set().union(*people.values()))
        return [any(people[w] & gone for w in found) for found in words]

    def _erased(self, database: Warehouse, person_ids: Iterable[str]) -> set[str]:
        gone = set(database.query("SELECT person_hash FROM erased")["person_hash"])
        if not gone:
            return set()
        salt = self._salt(database)
        return {p for p in person_ids if self._hash("erased", salt + p) in gone}

    def _derive(self, purpose: str) -> bytes:
        # RFC 5869; one key for each use, so that what one reveals says nothing of another.
        info = f"adept {purpose} {self._programme}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._key.encode())

    def _hash(self, purpose: str, text: str) -> str:
        return hmac.new(self._derive(purpose), text.encode(), hashlib.sha256).hexdigest()

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derive("sealed rows")))

    def _decrypt(self, token: str) -> str:
        try:
            return self._fernet().decrypt(token.encode()).decode()
        except InvalidToken:
            raise VaultError(f"{self!r}: a sealed row does not open; was ADEPT_VAULT_KEY changed?") from None


def _need(frame: pd.DataFrame, names: tuple[str, ...]) -> None:
    missing = [n for n in names if n not in frame.columns]
    if missing:
        raise VaultError(f"the frame lacks {', '.join(missing)}")


__all__ = ["Vault", "VaultError", "WarehouseError", "normal_number", "pseudonym"]
