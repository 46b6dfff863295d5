"""The API before a desk, with a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from ccbot.store.pool import Pool, open_pool
from tests.store.fixtures import database_url, pool, server
from tests.web.api_house import House, house

__all__ = ["database_url", "pool", "server"]


@pytest.fixture
async def at_home(pool: Pool) -> AsyncIterator[House]:
    """The API with its Postgres."""
    async with house(pool) as made:
        yield made


@pytest.fixture
async def alone() -> AsyncIterator[House]:
    """The API while Postgres is away."""
    async with open_pool("postgresql://ccbot@127.0.0.1:1/ccbot") as nobody, house(nobody) as made:
        yield made
