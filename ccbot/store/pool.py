"""Connections to Postgres, with a limit on every wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

CONNECT_S_MAX = 2.0
ACQUIRE_S_MAX = 2.0
COMMAND_S_MAX = 5.0
CLOSE_S_MAX = 3.0
CONNECTIONS_MAX = 8

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a call to Postgres raises when it is away, busy, or refuses."""

REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
"""Those of them that the same rows would raise again."""

_SERVER_SETTINGS = {"application_name": "ccbot", "timezone": "UTC"}


@asynccontextmanager
async def open_pool(url: str) -> AsyncIterator[Pool]:
    """A pool that connects when it is first used, so Postgres need not be there yet."""
    pool = await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=CONNECTIONS_MAX,
        timeout=CONNECT_S_MAX,
        command_timeout=COMMAND_S_MAX,
        server_settings=_SERVER_SETTINGS,
    )
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(CLOSE_S_MAX):
                await pool.close()
        except AWAY:
            pool.terminate()


@asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of the pool, within ``ACQUIRE_S_MAX``."""
    async with pool.acquire(timeout=ACQUIRE_S_MAX) as connected:
        yield connected


async def connect(url: str) -> Connection:
    """A connection of one's own, for listening and for the command line."""
    return await asyncpg.connect(
        url,
        timeout=CONNECT_S_MAX,
        command_timeout=COMMAND_S_MAX,
        server_settings=_SERVER_SETTINGS,
    )
