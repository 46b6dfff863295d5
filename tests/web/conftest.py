"""The API before a desk, with a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from ccbot.store.pool import Pool, open_pool
from tests.store.fixtures import database_url, pool, server
from tests.web.api_house import House, house

NOBODY = "postgresql://ccbot@127.0.0.1:1/ccbot"
__all__ = ["database_url", "pool", "server"]


@pytest.fixture
async def at_home(pool: Pool, database_url: str) -> AsyncIterator[House]:
    """The API with its Postgres."""
    async with house(pool, database_url) as made:
        yield made


@pytest.fixture
async def alone() -> AsyncIterator[House]:
    """The API while Postgres is away."""
    async with open_pool(NOBODY) as nobody, house(nobody, NOBODY) as made:
        yield made
