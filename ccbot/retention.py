"""Messages that nobody needs any more: their sound goes a while after they came, once seen to."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NoReturn

import structlog

from ccbot.clock import Clock
from ccbot.store.pool import AWAY, Pool, connection
from ccbot.store.sql import sql

log = structlog.get_logger()

FIRST_S = 300.0
"""From the start to the first sweep: first come the calls."""

EVERY_S = 24 * 3600.0

SWEEP_MAX = 1_000
"""So many are deleted in one sweep at most; the next one takes the others."""

Erase = Callable[[str], Awaitable[bool]]
"""Deletes a recording by its name; true once it is not there any more."""


async def sweep_for_ever(
    pool: Pool, erase: Erase, retention_days: Callable[[], int], clock: Clock
) -> NoReturn:
    """Once a day; a day on which Postgres is away is made up for by the next."""
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            erased = await sweep(pool, erase, clock.now() - timedelta(days=retention_days()))
            log.info("old messages were deleted", recordings=erased)
        except AWAY as problem:
            log.warning("old messages could not be looked for", problem=str(problem))
        await asyncio.sleep(EVERY_S)


async def sweep(pool: Pool, erase: Erase, before: datetime) -> int:
    """Delete the recordings of messages that were left before then and seen to; how many.

    The task stays, without a recording.
    """
    erased = 0
    async with connection(pool) as connected:
        for task in await connected.fetch(sql("list_old_messages"), before, SWEEP_MAX):
            if await erase(task["reason"]):
                await connected.execute(sql("forget_recording"), task["id"])
                erased += 1
    return erased
