"""What `adept check` looks at: settings, programme.yaml, databases, permissions, the inbox. Nothing here writes."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from programme.settings import Settings, SettingsError

if TYPE_CHECKING:
    from programme.config import Programme, Source
    from programme.period import Period
    from programme.vault import Vault

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `place` a file, variable or database, `field` within it."""

    status: Status
    place: str
    field: str
    finding: str
    remedy: str = ""


def check_settings(environ: Mapping[str, str]) -> tuple[Settings | None, list[Check]]:
    """The settings, or every variable that is missing or wrong."""
    try:
        return Settings.from_environment(environ), [Check("ok", "environment", "ADEPT_*", "all settings are there")]
    except SettingsError as error:
        found = [line.partition(": ") for line in str(error).split("\n")]
        told = "All settings stand in docs/operations.md."
        return None, [
            Check("error", "environment", name, finding, told if k == len(found) else "")
            for k, (name, _, finding) in enumerate(found, 1)
        ]


def check_programme(path: Path) -> tuple[Programme | None, list[Check]]:
    """programme.yaml with all its faults, each at its line."""
    from programme.loading import ProgrammeFileError, load_programme

    try:
        programme = load_programme(path)
    except ProgrammeFileError as error:
        return None, [
            Check("error", f"{path}{f':{f.line}' if f.line else ''}", f.field, f.expected, f.remedy)
            for f in error.faults
        ]
    checks = [Check("ok", str(path), "", f"programme {programme.name}, version {programme.version}")]
    if not programme.is_live and programme.legal.missing:
        checks.append(
            Check("warning", str(path), "legal", f"not live; a live run needs {', '.join(programme.legal.missing)}",
                  "Fill them in before is_live: true.")
        )  # fmt: skip
    return programme, [*checks, *_check_headings(programme, path)]


def _check_headings(programme: Programme, path: Path) -> Iterator[Check]:
    """Renamed headings that no dataset or column has; programme.yaml itself knows nothing of datasets."""
    renaming = [(index, source) for index, source in enumerate(programme.sources) if source.headings]
    if not renaming:
        return
    from programme.loading import line_of
    from sources.extraction import renaming_faults

    for index, source in renaming:
        for key, _, problem, remedy in renaming_faults(source):
            line = line_of(path, ("sources", index, *key))
            yield Check("error", f"{path}:{line}", f"sources[{index}].{'.'.join(key)}", problem, remedy)


def check_databases(settings: Settings) -> Iterator[Check]:
    """Whether warehouse and vault can be reached and used."""
    for field, url in (("ADEPT_WAREHOUSE", settings.warehouse), ("ADEPT_VAULT", settings.vault)):
        yield _database(field, url)
    warehouse, vault = urlsplit(settings.warehouse), urlsplit(settings.vault)
    if vault.scheme == warehouse.scheme == "postgresql" and vault.username == warehouse.username:
        yield Check(
            "warning", "environment", "ADEPT_VAULT", "warehouse and vault are opened as the same database user",
            "Give the vault a user of its own, which nobody else may use.",
        )  # fmt: skip


def _database(field: str, url: str) -> Check:
    from programme.warehouse import Warehouse, WarehouseError

    try:
        database = Warehouse(url, read_only=True)
        if database.dialect == "duckdb" and not database.path.exists():
            return _absent(field, database.path)
        with database:
            if database.dialect == "postgresql":
                if not database.scalar("SELECT has_database_privilege(current_database(), 'CREATE')"):
                    return Check("error", database.place, field, "this user may not create schemas",
                                 "GRANT CREATE ON DATABASE ... to the user.")  # fmt: skip
                if database.scalar("SHOW server_encoding") != "UTF8":
                    return Check("error", database.place, field, "the database is not UTF8",
                                 "Create it anew with ENCODING 'UTF8'.")  # fmt: skip
            else:
                database.scalar("SELECT 1")
        return Check("ok", database.place, field, "reachable")
    except WarehouseError as error:
        return Check("error", "environment", field, str(error), "Correct the address, or start the database.")


def _absent(field: str, path: Path) -> Check:
    folder = next(p for p in path.parents if p.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Check("ok", str(path), field, "not there yet; the first run makes it")
    return Check("error", str(path), field, f"{folder} cannot be written to", "Choose another folder, or its rights.")


def check_permissions(settings: Settings) -> Iterator[Check]:
    """Files that hold secrets or people must be closed to other users."""
    from programme.warehouse import Warehouse

    private = [("ADEPT_WORK", settings.work)]
    vault = Warehouse(settings.vault)
    if vault.dialect == "duckdb":
        private += [("ADEPT_VAULT", vault.path), ("ADEPT_VAULT", vault.path.with_name(vault.path.name + ".wal"))]
    for field, path in private:
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            yield Check("error", str(path), field, f"open to other users (mode {mode:o})", f"chmod {wanted} {path}")
        else:
            yield Check("ok", str(path), field, f"closed to other users (mode {mode:o})")
    file = settings.programme_file
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o002:
        yield Check("error", str(file), "ADEPT_PROGRAMME_FILE", "anybody may change it", f"chmod o-w {file}")
    for field, path in (("ADEPT_PUBLISH", settings.publish), ("ADEPT_INBOX", settings.inbox)):
        need = os.W_OK if field == "ADEPT_PUBLISH" else os.R_OK
        if path.exists() and not os.access(path, need | os.X_OK):
            yield Check("error", str(path), field, "this user cannot use it", "Correct its owner or rights.")


def check_inbox(programme: Programme, inbox: Path, period: Period | None) -> Iterator[Check]:
    """Read each source's delivery of a quarter (by default the newest) as an ingest would, with a vault thrown away."""
    import secrets

    from programme.vault import Vault

    if not inbox.is_dir():
        yield Check("error", str(inbox), "inbox", "there is no such folder",
                    "Correct its path, or make it and deliver the first files there.")  # fmt: skip
        return
    with tempfile.TemporaryDirectory(prefix="adept-check-") as folder:
        vault = Vault(f"duckdb://{folder}/vault.duckdb", secrets.token_hex(32), programme.name)
        # People first: the roster redacts the comments of the other sources.
        for source in sorted(programme.sources, key=lambda s: s.name != "hris"):
            found = period or _newest(inbox / source.folder)
            if found is None:
                yield Check("warning", f"{inbox / source.folder}", f"sources.{source.name}", "no delivery yet",
                            "Deliver a quarter's files in a folder such as 2026Q3.")  # fmt: skip
            else:
                yield from _delivery(source, found, inbox, vault)


def _delivery(source: Source, period: Period, inbox: Path, vault: Vault) -> Iterator[Check]:
    import sources

    place = f"{source.folder}/{period.label}"
    try:
        extracts = sources.extract(source, period, inbox, vault)
    except sources.SourceError as error:
        if error.file.startswith("programme.yaml"):
            return  # told already, with its line
        line = f":{error.line}" if error.line is not None else ""
        where = place if error.file == place else f"{place}/{error.file}{line}"
        yield Check("error", where, f"sources.{source.name}", f"{error.problem} [{error.rule}]", error.remedy)
        return
    for item in extracts:
        rejected = len(item.rejected)
        finding = f"{item.n_received} rows"
        name = item.files[0][0] if len(item.files) == 1 else f"{len(item.files)} files"
        if rejected:
            rules = ", ".join(sorted(set(item.rejected["rule"])))
            yield Check("warning", f"{place}/{name}", item.dataset.table, f"{finding}, {rejected} unreadable ({rules})",
                        "They will lie in quarantine; mend them at the source.")  # fmt: skip
        else:
            yield Check("ok", f"{place}/{name}", item.dataset.table, finding)


def _newest(folder: Path) -> Period | None:
    from programme.period import Period, PeriodError

    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            found.append(Period.parse(path.name))
        except PeriodError:
            continue
    return max(found, default=None)
