"""The schema of a Postgres that is not ours: it may be away when the centre starts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from ccbot.embedded.migrate import migrate
from ccbot.embedded.process import StartFault
from ccbot.store.pool import connect

BACK_OFF_S_MIN, BACK_OFF_S_MAX = 0.5, 30.0
"""Waits before it is tried again; each is doubled."""

_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
)

Say = Callable[[str], None]
Away = Callable[[], Awaitable[str | None]]


@asynccontextmanager
async def schema_kept(url: str, say: Say) -> AsyncIterator[None]:
    """The database has the present schema; or it is away, and gets it when it comes back.

    ``StartFault`` if it is there and refuses us or the migration.
    """
    problem = await absence(url)
    if problem is None:
        await migrate(url)
        yield
        return
    say(f"Postgres is away ({problem}); calls are taken and kept on disk, the schema follows")
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(migrate_when_back(url, say), name="schema")
        try:
            yield
        finally:
            following.cancel()


async def absence(url: str) -> str | None:
    """Why the server cannot be reached; none if it can. ``StartFault`` if it refuses us."""
    try:
        connected = await connect(url)
    except _AWAY as problem:
        return _one_line(problem)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        raise StartFault(f"CCBOT_DATABASE_URL cannot be used: {_one_line(problem)}") from None
    await connected.close()
    return None


async def migrate_when_back(url: str, say: Say, why_away: Away | None = None) -> None:
    """Give the database the present schema as soon as it is there; never fails.

    ``why_away`` tells as ``absence`` does; it may make the database.
    """
    wait, told = BACK_OFF_S_MIN, ""
    while True:
        try:
            if await (why_away() if why_away else absence(url)) is None:
                await migrate(url)
                say("Postgres is there, with the present schema")
                return
        except (StartFault, OSError) as fault:
            if told != str(fault):
                told = str(fault)
                say(f"Postgres takes no schema yet: {told}")
        await asyncio.sleep(wait)
        wait = min(wait * 2, BACK_OFF_S_MAX)


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__
