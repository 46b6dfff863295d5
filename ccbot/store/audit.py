"""The audit trail in Postgres: appended to, read, and verified; never changed."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from ccbot.core.facts import Stamped, decode
from ccbot.core.records.audited import AuditEntry, audited
from ccbot.store.outbox import Row
from ccbot.store.pool import Connection, Pool, connection
from ccbot.store.sql import sql

READ_ROWS_MAX = 1_000
"""So many rows are verified at once."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder(order="sorted").encode


class AuditRow(AuditEntry, frozen=True, kw_only=True):
    """An entry as it stands in the trail."""

    id: int
    at: datetime
    hash: str
    """In hexadecimal digits."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found."""

    rows: int
    """How many fit, from the first on."""
    last_hash: str
    """Of the last of them: noted elsewhere, it shows later that none was cut off."""
    bad_row: int | None = None
    """The first row that does not fit, or where one is missing."""
    includes: bool = True
    """Whether the hash that was asked for is there."""


async def append(connected: Connection, entry: AuditEntry) -> None:
    """Put down what was done just now; part of the caller's transaction."""
    await connected.execute(sql("append_audit"), None, *_values(entry), None)


async def append_facts(connected: Connection, outbox_id: str, rows: Sequence[Row]) -> None:
    """Put down those facts of the outbox that belong there; done twice, the first stays."""
    entries = [
        (row.at, *_values(entry), f"{outbox_id}:{row.seq}")
        for row in rows
        if (entry := _entry(row)) is not None
    ]
    if entries:
        await connected.executemany(sql("append_audit"), entries)


class AuditTrail:
    """The trail, for those who read it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list(self, limit: int, before: int | None = None) -> tuple[AuditRow, ...]:
        """The newest rows, newest first; ``before``: those that are older than this one."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(sql("list_audit"), before, limit)
        return tuple(map(_row, rows))

    async def verify(self, includes: str | None = None) -> Verdict:
        """Compute every hash anew, by what is read and not by what Postgres would compute.

        ``includes``: a hash that was noted before and must be found.
        """
        fit, last, found = 0, b"", includes is None
        async with connection(self._pool) as connected:
            while rows := await connected.fetch(sql("read_audit"), fit or None, READ_ROWS_MAX):
                for row in rows:
                    if row["id"] != fit + 1 or row["hash"] != _hash(last, row):
                        bad = fit + 1
                        return Verdict(rows=fit, last_hash=last.hex(), bad_row=bad, includes=found)
                    fit, last = row["id"], row["hash"]
                    found = found or last.hex() == includes
        return Verdict(rows=fit, last_hash=last.hex(), includes=found)


def _entry(row: Row) -> AuditEntry | None:
    try:
        return audited(Stamped(row.at, decode(row.line)))
    except msgspec.MsgspecError:
        return None  # of a newer version, which this one does not know


def _values(entry: AuditEntry) -> tuple[object, ...]:
    detail = _encode(entry.detail).decode()
    return entry.who, entry.what, entry.call, entry.agent, entry.why, detail


def _hash(before: bytes, row: asyncpg.Record) -> bytes:
    micros = (row["at"] - _EPOCH) // _MICROSECOND
    fields = [str(row["id"]), str(micros), row["who"], row["what"], row["call_id"], row["agent"]]
    parts = map(_part, [*fields, row["why"], row["detail"], row["source"]])
    return hashlib.sha256(before + b",".join(parts)).digest()


def _part(field: str | None) -> bytes:
    if field is None:
        return b"~"
    text = field.encode()
    return f"{len(text)}:".encode() + text


def _row(row: asyncpg.Record) -> AuditRow:
    return AuditRow(
        id=row["id"],
        at=row["at"],
        who=row["who"],
        what=row["what"],
        call=row["call_id"],
        agent=row["agent"],
        why=row["why"],
        detail=msgspec.json.decode(row["detail"]),
        hash=row["hash"].hex(),
    )
