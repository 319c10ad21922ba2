"""Fixtures that every room's tests may use."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent

# Machines differ and share their cores: time is no property.
settings.register_profile("adept", deadline=None)
settings.load_profile("adept")

_numbers = itertools.count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Under xdist, keep a file's tests in one process, and all files that share the one demo run in one too."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            shares_demo = file.startswith("tests/e2e/") and not file.endswith("test_killed.py")
            return "tests/e2e" if shares_demo else file

    return ByFile(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser address of a running PostgreSQL server, started on first use."""
    from tests.services.postgres import postgres_server

    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The address of an empty database that lives as long as the test."""
    from tests.services.postgres import new_database

    with new_database(postgres, f"test_{next(_numbers)}") as url:
        yield url


@pytest.fixture(params=["duckdb", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once on each engine."""
    if request.param == "duckdb":
        return f"duckdb:///{(tmp_path / 'warehouse.duckdb').as_posix().lstrip('/')}"
    return request.getfixturevalue("postgres_database")
