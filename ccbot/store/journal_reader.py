"""Reads the journal in Postgres into ``queue_entries``, ``transfers`` and ``agent_states``.

Each fact is read once, apart from the writer: what is read here can neither delay nor stop the call
log. How far it was read is kept in the same transaction as what was made of it, so the rows come
out the same however often it is killed or begun again, and whoever reads: the centre does all the
time, ``report`` before it counts. A row that Postgres refuses is set aside in the log, and the
others go on.
"""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple, NoReturn

import asyncpg
import msgspec
import structlog

from ccbot.core.facts import AnyFact, CallEnded, Stamped, decode
from ccbot.core.ids import AgentId, CallId
from ccbot.core.records import record
from ccbot.core.records.agent_states import AgentLog, joined
from ccbot.core.records.queue_entries import QueueEntry, queue_entries
from ccbot.core.records.standings import Interval, Standings
from ccbot.core.records.transfers import TransferRow, transfers
from ccbot.store.pool import AWAY, REFUSED, Connection, Pool, connection
from ccbot.store.sql import sql

FACTS_MAX = 500
"""So many are read in one step: the loop is held up for some milliseconds."""
READ_S = 1.0
AWAY_S = 5.0

_log = structlog.get_logger(__name__)


async def read_for_ever(pool: Pool) -> NoReturn:
    """Keep up with the journal; while Postgres is away, wait."""
    while True:
        try:
            async with connection(pool) as connected:
                await read_all(connected)
        except AWAY as problem:
            if isinstance(problem, REFUSED):
                _log.exception("the journal is not read")
            else:
                _log.debug("the journal is not read", why=repr(problem))
            await asyncio.sleep(AWAY_S)
        except Exception:  # noqa: BLE001 - a fault here ends no call
            _log.exception("the journal is not read")
            await asyncio.sleep(AWAY_S)
        await asyncio.sleep(READ_S)


async def read_all(connected: Connection) -> None:
    """Read every journal to its end."""
    for (outbox_id,) in await connected.fetch(sql("journals")):
        while await read_some(connected, outbox_id):
            pass


async def read_some(connected: Connection, outbox_id: str, facts_max: int = FACTS_MAX) -> int:
    """One step, in one transaction; how many facts were read."""
    async with connected.transaction():
        await connected.execute(sql("begin_reading"), outbox_id)
        reading = await connected.fetchrow(sql("get_reading"), outbox_id)
        assert reading is not None
        rows = await connected.fetch(sql("read_journal"), outbox_id, reading["seq"], facts_max)
        if not rows:
            return 0
        standings = msgspec.json.decode(reading["standings"], type=Standings)
        step = _read(standings, rows)
        await _write(connected, outbox_id, step)
        kept = msgspec.json.encode(standings).decode()
        await connected.execute(sql("save_reading"), outbox_id, rows[-1]["seq"], kept)
        return len(rows)


class _Step(NamedTuple):
    intervals: list[Interval]
    ended: list[CallId]
    newcomers: list[AgentId]
    first: Stamped | None


def _read(standings: Standings, rows: Sequence[asyncpg.Record]) -> _Step:
    """Follow the facts; ``standings`` go with them."""
    known, log = set(standings.agents), AgentLog(standings)
    facts = [Stamped(row["at"], fact) for row in rows if (fact := _fact(row)) is not None]
    intervals = joined(one for stamped in facts for one in log.take(stamped))
    ended = [one.fact.call for one in facts if isinstance(one.fact, CallEnded)]
    newcomers = [agent for agent in standings.agents if agent not in known]
    return _Step(intervals, ended, newcomers, facts[0] if facts else None)


async def _write(connected: Connection, outbox_id: str, step: _Step) -> None:
    if step.newcomers and step.first is not None:
        await connected.execute(
            sql("end_states_elsewhere"), outbox_id, step.newcomers, step.first.at
        )
    if step.intervals:
        rows = [(outbox_id, *_state_row(one)) for one in step.intervals]
        await _put(connected, "put_agent_state", rows)
    if step.ended:
        found = await connected.fetch(sql("facts_of_calls"), step.ended)
        told = [
            _told(call, list(own))
            for call, own in groupby(found, key=lambda row: str(row["call_id"]))
        ]
        await _put(connected, "insert_queue_entry", [row for one in told for row in one.entries])
        await _put(connected, "insert_transfer", [row for one in told for row in one.transfers])


async def _put(connected: Connection, query: str, rows: Sequence[tuple[object, ...]]) -> None:
    """All rows at once; if Postgres refuses one of them, all others one by one."""
    try:
        async with connected.transaction():
            await connected.executemany(sql(query), rows)
    except REFUSED:
        for row in rows:
            await _put_one(connected, query, row)


async def _put_one(connected: Connection, query: str, row: tuple[object, ...]) -> None:
    try:
        async with connected.transaction():
            await connected.execute(sql(query), *row)
    except REFUSED as refusal:
        _log.error("row set aside", query=query, row=repr(row[:3]), why=str(refusal))


class _Told(NamedTuple):
    """Rows of one call."""

    entries: list[tuple[object, ...]]
    transfers: list[tuple[object, ...]]


def _told(call: str, rows: Sequence[asyncpg.Record]) -> _Told:
    facts = [Stamped(row["at"], fact) for row in rows if (fact := _fact(row)) is not None]
    try:
        row = record(facts)
        entries, handed_on = queue_entries(facts, row), transfers(facts, row)
    except Exception:  # noqa: BLE001 - one call's facts must not stop all others
        _log.exception("a call's stays in queues cannot be told", call_id=call)
        return _Told([], [])
    return _Told(
        [_entry_row(one, test=row.test) for one in entries],
        [_transfer_row(one, test=row.test) for one in handed_on],
    )


def _fact(row: asyncpg.Record) -> AnyFact | None:
    """The fact; none if another version wrote what this one does not know."""
    try:
        return decode(row["fact"])
    except msgspec.MsgspecError as problem:
        _log.warning("a fact cannot be read", why=str(problem))
        return None


def _entry_row(e: QueueEntry, *, test: bool) -> tuple[object, ...]:
    return (
        e.call_id,
        e.entry_no,
        e.group_key,
        e.entered_at,
        e.ended_at,
        e.ended_as,
        e.why,
        e.agent,
        test,
    )


def _transfer_row(t: TransferRow, *, test: bool) -> tuple[object, ...]:
    return (
        t.call_id,
        t.transfer_no,
        t.kind,
        t.sender,
        t.group_key,
        t.to_agent,
        t.to_group,
        t.reason,
        t.note,
        t.asked_at,
        t.ended_at,
        t.ended_as,
        t.why,
        t.taken_by,
        test,
    )


def _state_row(i: Interval) -> tuple[object, ...]:
    return (
        i.agent,
        i.no,
        i.state,
        i.reason,
        i.call,
        i.group,
        i.test,
        i.started_at,
        i.ended_at,
        i.ended_as,
        i.activity,
        i.held,
    )
