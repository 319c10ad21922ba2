"""One installation in one folder: what `adept demo` and `adept serve` need to run Airflow on this machine."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

# dags, dbt_project and the other rooms lie beside the package `programme`, in a clone as in an installed wheel.
ROOT = Path(__file__).resolve().parents[2]
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with everything that one local Airflow writes: metadata, logs, warehouse, vault, inbox, reports."""

    folder: Path
    programme_file: Path
    approvers: tuple[str, ...] = ()
    warehouse: str | None = None
    vault: str | None = None
    port: int | None = None
    auto_approve: bool = False
    # true: an organisation's own installation, whose ADEPT_* variables are taken from the environment as they are.
    is_own: bool = False

    @property
    def airflow_home(self) -> Path:
        """Airflow's own folder."""
        return self.folder / "airflow"

    @property
    def passwords_file(self) -> Path:
        """Users' generated passwords, readable by the owner alone."""
        return self.airflow_home / "passwords.json"

    @property
    def published(self) -> Path:
        """Where editions are published."""
        return Path(os.environ["ADEPT_PUBLISH"]) if self.is_own else self.folder / "published"

    def environment(self) -> dict[str, str]:
        """The environment of Airflow's processes and of the tasks; secrets are made once and kept with mode 0600."""
        self._make_folders()
        secret = self._secrets()
        port = self.port or secret["port"]
        users = [f"{ADMIN}:admin", *(f"{name}:op" for name in self.approvers)]
        env = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW__", "ADEPT_"))}
        env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}"
        own = {key: value for key, value in os.environ.items() if key.startswith("ADEPT_")}
        env.update(own if self.is_own else self._adept(secret["vault_key"]))
        env.update(self._airflow(secret, port, ",".join(users)))
        return env

    def _adept(self, vault_key: str) -> dict[str, str]:
        return {
            "ADEPT_PROGRAMME_FILE": str(self.programme_file),
            "ADEPT_WAREHOUSE": self.warehouse or f"duckdb://{self.folder / 'warehouse.duckdb'}",
            "ADEPT_VAULT": self.vault or f"duckdb://{self.folder / 'vault' / 'vault.duckdb'}",
            "ADEPT_VAULT_KEY": vault_key,
            "ADEPT_INBOX": str(self.folder / "inbox"),
            "ADEPT_WORK": str(self.folder / "work"),
            "ADEPT_PUBLISH": str(self.published),
            "ADEPT_DEMO_AUTO_APPROVE": "yes" if self.auto_approve else "",
            # The sample's quarters lie where they lie: the clock must not start a run on them, nor let them grow old.
            "ADEPT_SCHEDULE_FROM": "2999-01-01",
        }

    def _airflow(self, secret: dict[str, str], port: int | str, users: str) -> dict[str, str]:
        home = self.airflow_home
        return {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "3",
            "AIRFLOW__CORE__FERNET_KEY": secret["fernet_key"],
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.passwords_file),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__API__SECRET_KEY": secret["api_secret"],
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API_AUTH__JWT_SECRET": secret["jwt_secret"],
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "300",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "5",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "GX_ANALYTICS_ENABLED": "false",
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
            "PYTHONUNBUFFERED": "1",
        }

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("airflow", "vault", "work", "inbox"):
            (self.folder / name).mkdir(exist_ok=True, mode=0o700)
        self.published.mkdir(exist_ok=True)
        self._local_settings()

    def _local_settings(self) -> None:
        """The scheduler's own settings, which Airflow takes as code.

        It imports the heavy packages once: its workers are forked from it and need not import them. And it serves no
        logs: that server would listen on all of the machine's addresses, and Airflow has no setting for its host; the
        API server reads the logs from the same disk.
        """
        folder = self.airflow_home / "config"
        folder.mkdir(exist_ok=True, mode=0o700)
        path = folder / "airflow_local_settings.py"
        path.write_text(
            "import sys\n\nfrom programme.preload import preload\n\nif 'scheduler' in sys.argv:\n"
            "    from airflow.executors.local_executor import LocalExecutor\n\n"
            "    LocalExecutor.serve_logs = False\n    preload()\n"
        )

    def _secrets(self) -> dict[str, str]:
        path = self.airflow_home / "secrets.json"
        if not path.exists():
            import base64

            made = {
                "vault_key": secrets.token_hex(32),
                "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "api_secret": secrets.token_hex(32),
                "jwt_secret": secrets.token_hex(32),
                "port": str(free_port()),
            }
            _write_private(path, json.dumps(made))
            passwords = {name: secrets.token_urlsafe(12) for name in (ADMIN, *self.approvers)}
            _write_private(self.passwords_file, json.dumps(passwords))
        return json.loads(path.read_text())

    def password(self, user: str) -> str:
        """A user's generated password; KeyError for an unknown user."""
        return json.loads(self.passwords_file.read_text())[user]


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
