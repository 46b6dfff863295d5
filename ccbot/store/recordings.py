"""The rows of sealed recordings."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ccbot.core.facts import AnyFact, Stamped, decode
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import Sides
from ccbot.core.records.audited import AuditEntry
from ccbot.store.audit import append
from ccbot.store.pool import Pool, connection
from ccbot.store.sql import sql

LIST_MAX = 10_000
"""So many are listed at most, the newest first."""
READ_ROWS_MAX = 500


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that was sealed just now."""

    call_id: CallId
    began_at: datetime
    seconds: float
    sides: Sides
    agents: tuple[AgentId, ...]
    groups: tuple[GroupKey, ...]
    class_: str
    kept_days: int
    keep_until: datetime
    file: str
    bytes: int
    sha256: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``recordings``, and what may be seen of its caller."""

    call_id: CallId
    began_at: datetime
    seconds: float
    sides: str
    agents: list[str]
    groups: list[str]
    class_: str = msgspec.field(name="class")
    keep_until: datetime
    file: str
    bytes: int
    sha256: str
    sealed_at: datetime
    deleted_at: datetime | None
    deleted_by: str | None
    deleted_why: str | None
    caller_masked: str


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be found of a recording."""

    call_id: CallId
    file: str
    sha256: str
    deleted_at: datetime | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that was kept for long enough."""

    call_id: CallId
    file: str
    class_: str = msgspec.field(name="class")
    kept_days: int


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which recordings are wanted; None: any."""

    call: str | None = None
    agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Recordings:
    """The table."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def ended(self, call: CallId) -> tuple[datetime | None, bool]:
        """When the call ended, once its row is there; and whether its recording is sealed."""
        async with connection(self._pool) as connected:
            row = await connected.fetchrow(sql("ended_call_of_recording"), call)
        return (None, False) if row is None else (row["ended_at"], row["sealed_at"] is not None)

    async def facts(self, call: CallId) -> list[Stamped]:
        """Everything that happened to the call."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(sql("facts_of_calls"), [call])
        return [Stamped(row["at"], fact) for row in rows if (fact := _fact(row["fact"]))]

    async def add(self, one: Sealed) -> None:
        """It lies sealed."""
        async with connection(self._pool) as connected:
            await connected.execute(sql("insert_recording"), *msgspec.structs.astuple(one))

    async def found(self, search: Search, limit: int = LIST_MAX) -> tuple[Kept, ...]:
        """The newest ones that fit, deleted ones included."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(
                sql("list_recordings"), search.call, search.agent, search.since, search.until, limit
            )
        return tuple(msgspec.convert(dict(row), Kept) for row in rows)

    async def marks(self) -> Sequence[Mark]:
        """All of them, for whoever compares them with the files."""
        found: list[Mark] = []
        async with connection(self._pool) as connected:
            while True:
                after = found[-1].call_id if found else ""
                rows = await connected.fetch(sql("recordings_after"), after, READ_ROWS_MAX)
                if not rows:
                    return found
                found += [msgspec.convert(dict(row), Mark) for row in rows]

    async def missing(self, before: datetime) -> list[CallId]:
        """Calls that should have a recording, and have none."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(sql("recordings_missing"), before, LIST_MAX)
        return [row["call_id"] for row in rows]

    async def due(self, now: datetime, limit: int) -> list[Due]:
        """Those whose time is over."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(sql("recordings_to_delete"), now, limit)
        return [msgspec.convert(dict(row), Due) for row in rows]

    async def deleted(self, call: CallId, now: datetime, who: str, why: str) -> None:
        """Its file is gone; the row stays as its tombstone, and the trail has one line."""
        entry = AuditEntry(who=who, what="recording.delete", call=call, why=why)
        async with connection(self._pool) as connected, connected.transaction():
            if await connected.fetchrow(sql("delete_recording"), call, now, who, why):
                await append(connected, entry)

    async def handed_out(self, call: CallId, who: str, why: str) -> None:
        """Put down before anybody gets it."""
        entry = AuditEntry(who=who, what="recording.export", call=call, why=why)
        async with connection(self._pool) as connected, connected.transaction():
            await append(connected, entry)


def _fact(line: str) -> AnyFact | None:
    """The fact; none if another version wrote what this one does not know."""
    try:
        return decode(line)
    except msgspec.MsgspecError:
        return None
