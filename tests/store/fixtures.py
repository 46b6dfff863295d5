"""Fixtures of every test that needs a real Postgres; conftest modules take them from here."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from ccbot.store.pool import Pool, open_pool
from tests.store.server import Server, migrate, running_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests of this process, with a migrated template."""
    with running_server() as running:
        running.psql("create database migrated")
        migrate(running.url("migrated"))
        yield running


@pytest.fixture
def database_url(server: Server) -> str:
    """A migrated, empty database of this test's own."""
    name = f"test_{next(_numbers)}"
    server.psql(f"create database {name} template migrated")
    return server.url(name)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections to this test's database."""
    async with open_pool(database_url) as opened:
        yield opened
