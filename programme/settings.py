"""Where things are on this installation: environment variables, nothing else.

programme.yaml says what the programme is; these settings say where its warehouse, vault and folders are. In Airflow,
`dags/` fills them from connections where the environment is silent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


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
        """Read ADEPT_* variables; SettingsError names the first one that is missing."""
        env = os.environ if environ is None else environ

        def need(name: str, what: str) -> str:
            value = env.get(name, "")
            if not value:
                raise SettingsError(f"environment variable {name} is not set; it names {what} (see docs/operations.md)")
            return value

        key = need("ADEPT_VAULT_KEY", "the secret key of pseudonyms, at least 32 characters")
        if len(key) < 32:
            raise SettingsError("ADEPT_VAULT_KEY is shorter than 32 characters; make one with `openssl rand -hex 32`")
        settings = cls(
            programme_file=Path(need("ADEPT_PROGRAMME_FILE", "the path of programme.yaml")),
            warehouse=need("ADEPT_WAREHOUSE", "the warehouse, such as duckdb:///data/warehouse.duckdb"),
            vault=need("ADEPT_VAULT", "the vault's database, such as duckdb:///vault/vault.duckdb"),
            vault_key=key,
            inbox=Path(need("ADEPT_INBOX", "the folder in which file drops arrive")),
            work=Path(need("ADEPT_WORK", "a private working folder")),
            publish=Path(need("ADEPT_PUBLISH", "the folder in which reports are published")),
            auto_approve=env.get("ADEPT_DEMO_AUTO_APPROVE", "") == "yes",
        )
        if settings.warehouse == settings.vault:
            raise SettingsError("ADEPT_VAULT and ADEPT_WAREHOUSE name one database; the vault needs its own")
        return settings

    def __repr__(self) -> str:
        """Without credentials, since reprs end in logs."""
        return f"Settings(programme_file={str(self.programme_file)!r}, ...)"
