"""What the journal tells of one call: its facts, all facts around them, and its transfers."""

from collections.abc import AsyncGenerator

import msgspec

from ccbot.core.facts import AnyFact, Stamped, decode
from ccbot.core.ids import CallId
from ccbot.core.records import NotACallError, record
from ccbot.core.records.transfers import TransferRow, transfers
from ccbot.store.pool import Connection
from ccbot.store.sql import sql

READ_FACTS_MAX = 1_000
"""So many facts are read at once."""


async def journal_of(connected: Connection, call: CallId) -> AsyncGenerator[Stamped, None]:
    """Everything from a snapshot before the call to its last fact so far; nothing if it is none.

    ``msgspec.MsgspecError`` if a newer ccbot wrote into it.
    """
    place = await connected.fetchrow(sql("place_of_call"), call)
    if place is None:
        return
    outbox_id = place["outbox_id"]
    begin = await connected.fetchval(sql("floor_seen_before"), outbox_id, place["first"])
    seq = (begin or 1) - 1
    while rows := await connected.fetch(sql("read_journal"), outbox_id, seq, READ_FACTS_MAX):
        for row in rows:
            if row["seq"] > place["last"]:
                return
            yield Stamped(row["at"], decode(row["fact"]))
        seq = rows[-1]["seq"]


async def transfers_of(connected: Connection, call: CallId) -> tuple[TransferRow, ...]:
    """The transfers of a call that has ended, straight from those of its facts that are known."""
    rows = await connected.fetch(sql("facts_of_calls"), [call])
    facts = [Stamped(row["at"], fact) for row in rows if (fact := _known(row["fact"]))]
    try:
        return transfers(facts, record(facts))
    except NotACallError:
        return ()


def _known(line: str) -> AnyFact | None:
    try:
        return decode(line)
    except msgspec.MsgspecError:
        return None  # of a newer version
