"""Recordings that were kept for long enough: the file goes, a row stays that says so."""

import asyncio
from typing import NamedTuple, NoReturn

import structlog

from ccbot.clock import Clock
from ccbot.core.ids import CallId
from ccbot.recordings.shelf import Shelf
from ccbot.store.pool import AWAY
from ccbot.store.recordings import Due, Recordings

log = structlog.get_logger()

FIRST_S = 300.0
"""From the start to the first sweep: first come the calls."""

EVERY_S = 24 * 3600.0

BATCH = 500
"""So many are asked for at once."""

BY_TIME = "retention"
"""Who deletes what is over its time."""


class NotDeletedError(Exception):
    """A file is still there, or it cannot be known; the message says which, and why."""


class Swept(NamedTuple):
    """What came of a sweep."""

    deleted: list[Due]
    faults: list[str]
    """One line for each that could not be deleted."""


async def purge_for_ever(shelf: Shelf, rows: Recordings, clock: Clock) -> NoReturn:
    """Once a day; a day on which Postgres is away is made up for by the next."""
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            deleted, faults = await sweep(shelf, rows, clock)
            log.info("old recordings were deleted", recordings=len(deleted))
            for fault in faults:
                log.warning("an old recording is not deleted", why=fault)
        except AWAY as problem:
            log.warning("old recordings could not be deleted", problem=str(problem))
        await asyncio.sleep(EVERY_S)


async def sweep(shelf: Shelf, rows: Recordings, clock: Clock) -> Swept:
    """Delete all that are over their time; one that cannot be deleted keeps none of the others."""
    deleted: list[Due] = []
    faults: dict[CallId, str] = {}
    while True:
        due = await rows.due(clock.now(), BATCH + len(faults))
        fresh = [one for one in due if one.call_id not in faults]
        if not fresh:
            return Swept(deleted, [*faults.values()])
        for one in fresh:
            try:
                await purge(shelf, rows, clock, one)
                deleted.append(one)
            except NotDeletedError as problem:
                faults[one.call_id] = str(problem)


async def purge(shelf: Shelf, rows: Recordings, clock: Clock, one: Due) -> None:
    """Delete one for good. The file goes first: no row ever says so of one that is there.

    A file that is gone already was deleted before a crash; where its folder is gone, too, this is
    not where recordings lie.
    """
    path = shelf.path(one.file)
    try:
        path.unlink(missing_ok=path.parent.is_dir())
    except FileNotFoundError:
        line = f"{path.parent} is not there: delete where ccbot keeps its recordings"
        raise NotDeletedError(f"{one.call_id}: {line}") from None
    except OSError as problem:
        raise NotDeletedError(f"{one.call_id}: {path}: {problem.strerror}") from None
    why = f"kept for {one.kept_days} days as {one.class_}"
    await rows.deleted(one.call_id, clock.now(), BY_TIME, why)
