"""Where things are on this installation: environment variables, nothing else.

programme.yaml says what the programme is; these settings say where its warehouse, vault and folders are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_NEEDED = {
    "ADEPT_PROGRAMME_FILE": "the path of programme.yaml",
    "ADEPT_WAREHOUSE": "the warehouse, such as duckdb:///data/warehouse.duckdb",
    "ADEPT_VAULT": "the vault's database, such as duckdb:///vault/vault.duckdb",
    "ADEPT_VAULT_KEY": "the secret key of pseudonyms, at least 32 characters",
    "ADEPT_INBOX": "the folder in which file drops arrive",
    "ADEPT_WORK": "a private working folder",
    "ADEPT_PUBLISH": "the folder in which reports are published",
}


class SettingsError(ValueError):
    """A setting that is missing or wrong; the message names the variable and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Places and secrets of one installation.

    `warehouse` and `vault`: `duckdb:///path/to.duckdb` or `postgresql://user:password@host:port/database`.
    """

    programme_file: Path
    warehouse: str
    vault: str
    vault_key: str
    inbox: Path
    work: Path
    publish: Path
    auto_approve: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read ADEPT_* variables; SettingsError has a line for each one that is missing or wrong."""
        env = os.environ if environ is None else environ
        faults = [f"{name}: not set; it names {what}" for name, what in _NEEDED.items() if not env.get(name)]
        key = env.get("ADEPT_VAULT_KEY", "")
        if 0 < len(key) < 32:
            faults.append("ADEPT_VAULT_KEY: shorter than 32 characters; make one with `openssl rand -hex 32`")
        for name in ("ADEPT_WAREHOUSE", "ADEPT_VAULT"):
            if env.get(name) and not env[name].startswith(("duckdb:///", "postgresql://")):
                faults.append(
                    f"{name}: expected duckdb:///path/to/file.duckdb or postgresql://user:password@host/database"
                )
        if env.get("ADEPT_VAULT") and _database(env["ADEPT_VAULT"]) == _database(env.get("ADEPT_WAREHOUSE", "")):
            faults.append("ADEPT_VAULT: names the warehouse's database; the vault needs its own")
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(
            programme_file=Path(env["ADEPT_PROGRAMME_FILE"]),
            warehouse=env["ADEPT_WAREHOUSE"],
            vault=env["ADEPT_VAULT"],
            vault_key=key,
            inbox=Path(env["ADEPT_INBOX"]),
            work=Path(env["ADEPT_WORK"]),
            publish=Path(env["ADEPT_PUBLISH"]),
            auto_approve=env.get("ADEPT_DEMO_AUTO_APPROVE", "") == "yes",
        )

    def __repr__(self) -> str:
        """Without credentials, since reprs end in logs."""
        return f"Settings(programme_file={str(self.programme_file)!r}, ...)"


def _database(address: str) -> tuple[str, str | None, int | None, str]:
    """What an address names, whoever opens it."""
    parts = urlsplit(address)
    port = parts.port or 5432 if parts.scheme == "postgresql" else None
    return parts.scheme, parts.hostname, port, os.path.normpath(parts.path)
