"""The test server itself: real, private, sorted by bytes, and gone when its block ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from tests.services.postgres import postgres_server


def _ask(url: str, sql: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_server_sorts_by_bytes_and_speaks_utf8(postgres):
    assert _ask(postgres, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "C"
    assert _ask(postgres, "SHOW server_encoding") == "UTF8"
    assert _ask(postgres, "SHOW listen_addresses") == "127.0.0.1"


def test_server_refuses_a_wrong_password(postgres):
    before, _, after = postgres.partition("@")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"{before}x@{after}")


def test_each_test_gets_an_empty_database(postgres, postgres_database):
    assert postgres_database != postgres
    assert _ask(postgres_database, "SELECT count(*) FROM information_schema.tables WHERE table_schema='public'") == 0


def test_server_is_gone_when_its_block_ends(tmp_path):
    with postgres_server(tmp_path) as url:
        assert _ask(url, "SELECT 1") == 1
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)


def test_server_follows_a_killed_test(tmp_path):
    script = (
        "import sys, time, pathlib\n"
        "from tests.services.postgres import postgres_server\n"
        "with postgres_server(pathlib.Path(sys.argv[1])) as url:\n"
        "    print(url, flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True, cwd=root)
    url = child.stdout.readline().strip()
    assert _ask(url, "SELECT 1") == 1
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            return
        time.sleep(0.1)
    pytest.fail("the server outlived the killed test")
