"""The numbers of a day, counted from Postgres; those of a day that is over are kept.

A day is closed an hour after its end. Asked for the first time from then on, its numbers are put
in ``closed_days``; asked again, it is counted again in the same frame and by the same limits, and
must come to the same bytes. If it does not, since calls were logged late, the new numbers are kept
beside the old ones as another revision.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg
import msgspec

from ccbot.core.agents import AgentState
from ccbot.core.metrics.day import (
    DEFINITION,
    REPEAT_DAYS,
    DayNumbers,
    DayRows,
    Frame,
    Stay,
    day_numbers,
)
from ccbot.core.metrics.handing_on import Had, Handed
from ccbot.core.metrics.presence import Stretch
from ccbot.core.metrics.satisfaction import Contact, Ended
from ccbot.core.records.queue_entries import EntryEnd
from ccbot.store.journal_reader import read_all
from ccbot.store.pool import Connection
from ccbot.store.sql import sql

CLOSED_AFTER = timedelta(hours=1)
"""Calls of the evening are over by then, and logged."""


class NoSuchRevisionError(LookupError):
    """The day has no numbers by this revision."""


class Told(NamedTuple):
    """A day's numbers, as told."""

    numbers: DayNumbers
    revision: int | None
    """None while the day is not closed."""
    revisions: int
    """How many there are."""


async def tell(
    connected: Connection, frame: Frame, now: datetime, revision: int | None = None
) -> Told:
    """The numbers of the frame's day; of a closed day the latest revision, or the one asked for."""
    if revision is not None:
        return _of_revision(await connected.fetch(sql("closed_day"), frame.day), revision)
    await read_all(connected)
    kept = await connected.fetch(sql("closed_day"), frame.day)
    if kept and kept[-1]["definition"] != DEFINITION:
        return _of_revision(kept, len(kept))
    if kept:
        frame = _decode(kept[-1]).frame
    numbers = day_numbers(frame, await _rows(connected, frame), now)
    if not kept and now < frame.bounds()[1] + CLOSED_AFTER:
        return Told(numbers, None, 0)
    text = msgspec.json.encode(numbers).decode()
    if not kept or kept[-1]["numbers"] != text:
        await connected.execute(sql("close_day"), frame.day, len(kept) + 1, DEFINITION, text)
        kept = await connected.fetch(sql("closed_day"), frame.day)
    return _of_revision(kept, len(kept))


def _of_revision(kept: Sequence[asyncpg.Record], revision: int) -> Told:
    if not 1 <= revision <= len(kept):
        raise NoSuchRevisionError(revision)
    return Told(_decode(kept[revision - 1]), revision, len(kept))


def _decode(row: asyncpg.Record) -> DayNumbers:
    return msgspec.json.decode(row["numbers"], type=DayNumbers)


async def _rows(connected: Connection, frame: Frame) -> DayRows:
    """All of them as they stand at one moment."""
    async with connected.transaction(isolation="repeatable_read", readonly=True):
        bounds = frame.bounds()
        repeat = timedelta(days=REPEAT_DAYS)
        before = frame.bounds(days_before=REPEAT_DAYS)
        seen = await connected.fetchrow(sql("calls_seen_between"), *bounds)
        assert seen is not None
        return DayRows(
            stays=[_stay(r) for r in await connected.fetch(sql("stays_between"), *bounds)],
            stretches=[_stretch(r) for r in await connected.fetch(sql("states_between"), *bounds)],
            ended=[Ended(*r) for r in await connected.fetch(sql("calls_ended_between"), *bounds)],
            contacts=[
                Contact(*r) for r in await connected.fetch(sql("contacts_between"), *before, repeat)
            ],
            had=[Had(*r) for r in await connected.fetch(sql("had_between"), *bounds)],
            handed=[Handed(*r) for r in await connected.fetch(sql("transfers_between"), *bounds)],
            outcomes={
                r["outcome"]: r["calls"]
                for r in await connected.fetch(sql("outcomes_between"), *bounds)
            },
            calls_seen=seen["seen"],
            calls_logged=seen["logged"],
        )


def _stay(row: asyncpg.Record) -> Stay:
    return Stay(
        entry_no=row["entry_no"],
        group=row["group_key"],
        agent=row["agent"],
        ended_as=EntryEnd(row["ended_as"]),
        why=row["why"],
        wait_ms=(row["ended_at"] - row["entered_at"]) // timedelta(milliseconds=1),
    )


def _stretch(row: asyncpg.Record) -> Stretch:
    agent, state, *more = row
    return Stretch(agent, AgentState(state), *more)
