"""Recordings that were kept for long enough: the file goes, a row stays that says so."""

import asyncio
from typing import NoReturn

import structlog

from ccbot.clock import Clock
from ccbot.recordings.shelf import Shelf
from ccbot.store.pool import AWAY
from ccbot.store.recordings import Due, Recordings

log = structlog.get_logger()

FIRST_S = 300.0
"""From the start to the first sweep: first come the calls."""

EVERY_S = 24 * 3600.0

PURGE_MAX = 1_000
"""So many are deleted in one sweep at most; the next one takes the others."""

BY_TIME = "retention"
"""Who deletes what is over its time."""


async def purge_for_ever(shelf: Shelf, rows: Recordings, clock: Clock) -> NoReturn:
    """Once a day; a day on which Postgres is away is made up for by the next."""
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            due = await rows.due(clock.now(), PURGE_MAX)
            for one in due:
                await purge(shelf, rows, clock, one)
            log.info("old recordings were deleted", recordings=len(due))
        except AWAY as problem:
            log.warning("old recordings could not be deleted", problem=str(problem))
        await asyncio.sleep(EVERY_S)


async def purge(shelf: Shelf, rows: Recordings, clock: Clock, one: Due) -> None:
    """Delete one for good. The file goes first: no row ever says so of one that is there."""
    shelf.path(one.file).unlink(missing_ok=True)
    why = f"kept for {one.kept_days} days as {one.class_}"
    await rows.deleted(one.call_id, clock.now(), BY_TIME, why)
