"""A day of the journal, for a rehearsal."""

from datetime import datetime, timedelta

from ccbot.core.facts import Stamped, decode
from ccbot.core.rehearsal import Day, Recorder
from ccbot.store.pool import Connection
from ccbot.store.sql import sql

READ_FACTS_MAX = 1_000
"""So many facts are read at once."""
TALKS_END_WITHIN = timedelta(hours=3)
"""So long after the day the ends of its calls are looked for."""


async def recorded_day(connected: Connection, begins_at: datetime, ends_at: datetime) -> Day | None:
    """What the journal tells of it; None if it tells too little.

    ``msgspec.MsgspecError`` if a newer ccbot wrote into it.
    """
    recorder = Recorder(begins_at, ends_at)
    async with connected.transaction(readonly=True):
        since = await connected.fetchval(sql("floor_seen_at"), begins_at)
        cursor = connected.cursor(
            sql("facts_between"), since, ends_at + TALKS_END_WITHIN, prefetch=READ_FACTS_MAX
        )
        async for row in cursor:
            recorder.take(Stamped(row["at"], decode(row["fact"])))
    return recorder.day()
