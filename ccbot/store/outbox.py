"""The local, durable outbox: a fact is on file before anything is done about it.

One SQLite file in WAL mode with ``synchronous=NORMAL``: what ``append`` has taken survives the end
of this process at any instant; only a power failure may lose the last second. All SQL runs on the
loop in small bounded steps; moving the WAL into the file, which waits for the disk, runs in a
thread of its own.

Facts of a call stay until the call has ended and was shipped, so its row can be made from here.

When ``bytes_max`` is reached, calls that are open are still taken in to their end, while facts of
new calls and of agents are only logged, one line each at level error with the number masked
(``fact not stored``); so they are when the disk takes no more. ``lost`` counts them. Calls go on.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, NoReturn

import structlog
from msgspec.structs import replace

from ccbot.clock import Ids
from ccbot.core.facts import (
    AnyFact,
    CallbackBooked,
    CallEnded,
    CallEntered,
    CustomerKnown,
    FloorSeen,
    RoutingPublished,
    Stamped,
    decode,
    encode,
)
from ccbot.core.ids import CallId
from ccbot.core.masking import mask
from ccbot.core.routing_document import Customers
from ccbot.store.call_index import CallIndex

BYTES_MAX = 1 << 30
"""About four million facts: days of a large centre without Postgres."""
BUSY_S_MAX = 0.5
CHECKPOINT_FACTS = 2000
CHECKPOINT_CHECK_S = 1.0

_log = structlog.get_logger(__name__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_SCHEMA = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists facts (
    seq integer primary key, at integer not null, call text, fact blob not null);
create table if not exists rejected (
    seq integer primary key, at integer not null, call text, fact blob not null, why text not null);
create table if not exists checkpoints (key text primary key, value blob not null) without rowid;
"""


def _nothing(_: Stamped) -> None:
    """No checkpoints."""


class OutboxInUseError(RuntimeError):
    """Another process has this outbox."""


class Row(NamedTuple):
    """A fact as the outbox keeps it."""

    seq: int
    at: datetime
    call: CallId | None
    line: bytes


class EndedCall(NamedTuple):
    """A call that has ended, with all its facts."""

    call: CallId
    facts: tuple[Stamped, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Facts to ship, in order, and all facts of the calls that end among them."""

    rows: tuple[Row, ...]
    ended: tuple[EndedCall, ...]

    @property
    def last_seq(self) -> int:
        """The place of the last fact."""
        return self.rows[-1].seq


@contextmanager
def open_outbox(path: Path, ids: Ids, *, bytes_max: int = BYTES_MAX) -> Iterator["Outbox"]:
    """The outbox in this file, which is made if missing; ``OutboxInUseError`` if it is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        database = sqlite3.connect(path, timeout=BUSY_S_MAX, isolation_level=None)
        with closing(database):
            yield Outbox(path, database, ids, bytes_max)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with os.fdopen(os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutboxInUseError(
                f"{path} is in use by another ccbot (process {lock.read().strip() or 'unknown'}): "
                "stop that one, or set CCBOT_HOME to another directory"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Outbox:
    """Facts on their way to Postgres, and checkpoints that need no Postgres. Of one loop alone."""

    def __init__(self, path: Path, database: sqlite3.Connection, ids: Ids, bytes_max: int) -> None:
        self._path = path
        self._db = database
        self._bytes_max = bytes_max
        self._index = CallIndex()
        self._bytes = 0
        self._since_checkpoint = 0
        self._complained = False
        self.alongside: Callable[[Stamped], None] = _nothing
        """Writes checkpoints of each fact, on file with it or not at all."""
        self.lost = 0
        """Facts that could only be logged."""
        self.lost_since: datetime | None = None
        """When the first of them happened."""
        self.lost_why = ""
        """Why the last of them was not stored."""
        self.appended = asyncio.Event()
        """Set by ``append``; its waiter clears it."""
        self._prepare()
        self.id = self._meta("outbox_id", ids.new("outbox"))
        """Names this file among all outboxes that ever shipped."""
        self._shipped = int(self._meta("shipped_seq", "0"))
        self._last = self._shipped
        self._load()

    # ---- the call path ------------------------------------------------------------------------

    def listen(self, stamped: Stamped) -> None:
        """``append`` as a listener of the desk."""
        self.append(stamped)

    def append(self, stamped: Stamped) -> int:
        """Put the fact on file and give its place; 0 if it could only be logged. Never raises."""
        call = self._index.call_of(stamped.fact)
        if self._bytes >= self._bytes_max and not self._index.keeps(call):
            return self._lose(stamped, f"the outbox holds {self._bytes} bytes, its limit")
        seq = self._last + 1
        try:
            line = encode(stamped.fact)
            at = (stamped.at - _EPOCH) // _MICROSECOND
            self._db.execute("begin immediate")
            self._db.execute("insert into facts values (?, ?, ?, ?)", (seq, at, call, line))
            self.alongside(stamped)
            self._db.execute("commit")
        except (sqlite3.Error, ValueError) as problem:
            if self._db.in_transaction:
                self._db.execute("rollback")
            return self._lose(stamped, str(problem))
        self._last = seq
        self._bytes += len(line)
        self._since_checkpoint += 1
        self._index.add(seq, call, stamped.fact)
        self.appended.set()
        return seq

    # ---- shipping -----------------------------------------------------------------------------

    @property
    def backlog(self) -> int:
        """How many facts are still to be shipped."""
        return self._last - self._shipped

    @property
    def full(self) -> bool:
        """Whether facts of new calls are only logged."""
        return self._bytes >= self._bytes_max

    def oldest_pending_at(self) -> datetime | None:
        """When the first fact that is not shipped happened."""
        found = self._db.execute(
            "select at from facts where seq > ? order by seq limit 1", (self._shipped,)
        ).fetchone()
        return None if found is None else _EPOCH + found[0] * _MICROSECOND

    def pending(self, limit: int) -> Batch | None:
        """The next facts to ship, at most ``limit``; none when all are shipped."""
        rows = self._rows("seq > ? order by seq limit ?", (self._shipped, limit))
        if not rows:
            return None
        ended = dict.fromkeys(
            row.call
            for row in rows
            if row.call is not None
            and self._index.keeps(row.call)
            and isinstance(decode(row.line), CallEnded)
        )
        return Batch(rows=rows, ended=tuple(EndedCall(call, self.facts_of(call)) for call in ended))

    def facts_of(self, call: CallId) -> tuple[Stamped, ...]:
        """All facts of a call that is kept, in order."""
        rows = [self._rows("seq = ?", (seq,))[0] for seq in self._index.seqs(call)]
        return tuple(Stamped(row.at, decode(row.line)) for row in rows)

    def open_calls(self) -> dict[CallId, tuple[Stamped, ...]]:
        """Calls without ``CallEnded``, with their facts: after a start, what the last run left."""
        return {call: self.facts_of(call) for call in self._index.open_calls()}

    def done(self, batch: Batch) -> None:
        """The batch is in Postgres: drop what no open call needs."""
        self._settle(batch)

    def set_aside(self, batch: Batch, why: str) -> None:
        """Postgres will never take this batch: keep it in table ``rejected`` and go on."""
        self._settle(batch, why)

    # ---- checkpoints --------------------------------------------------------------------------

    def save(self, key: str, value: bytes) -> None:
        """Keep a value under this key, in place of an older one; a full disk is only logged."""
        try:
            self._db.execute("insert or replace into checkpoints values (?, ?)", (key, value))
        except sqlite3.Error as problem:
            if self._db.in_transaction:
                raise  # the fact that it belongs to is lost as well, and says so
            _log.error("checkpoint not stored", key=key.partition(" ")[0], why=str(problem))

    def drop(self, key: str) -> None:
        """Keep it no more."""
        try:
            self._db.execute("delete from checkpoints where key = ?", (key,))
        except sqlite3.Error as problem:
            if self._db.in_transaction:
                raise
            _log.error("checkpoint not dropped", key=key.partition(" ")[0], why=str(problem))

    def saved(self, beginning: str) -> dict[str, bytes]:
        """Everything kept under keys that begin so."""
        found = self._db.execute(
            "select key, value from checkpoints where key >= ? and key < ? order by key",
            (beginning, beginning + "\uffff"),
        )
        return {key: bytes(value) for key, value in found}

    def load(self, key: str) -> bytes | None:
        """The value kept under this key."""
        found = self._db.execute("select value from checkpoints where key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    # ---- the file -----------------------------------------------------------------------------

    async def keep_small(self) -> NoReturn:
        """Move the WAL into the file every now and then, in a thread."""
        while True:
            await asyncio.sleep(CHECKPOINT_CHECK_S)
            if self._since_checkpoint >= CHECKPOINT_FACTS:
                self._since_checkpoint = 0
                try:
                    await asyncio.to_thread(self._move_wal)
                except sqlite3.Error as problem:
                    _log.error("the outbox stays large", why=str(problem))

    def _move_wal(self) -> None:
        # PASSIVE neither waits for the loop's connection nor makes it wait.
        with closing(sqlite3.connect(self._path, timeout=BUSY_S_MAX)) as database:
            database.execute("pragma wal_checkpoint(passive)")

    def _prepare(self) -> None:
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.execute("pragma wal_autocheckpoint = 0")
        self._db.executescript(_SCHEMA)

    def _meta(self, key: str, default: str) -> str:
        self._db.execute("insert or ignore into meta values (?, ?)", (key, default))
        value = self._db.execute("select value from meta where key = ?", (key,)).fetchone()[0]
        return str(value)

    def _load(self) -> None:
        for row in self._rows("true order by seq", ()):
            self._index.add(row.seq, row.call, decode(row.line))
            self._bytes += len(row.line)
            self._last = max(self._last, row.seq)
        if self.backlog:
            self.appended.set()

    def _rows(self, where: str, values: tuple[int, ...]) -> tuple[Row, ...]:
        found = self._db.execute(
            f"select seq, at, call, fact from facts where {where}",  # noqa: S608 - ours alone
            values,
        ).fetchall()
        return tuple(Row(s, _EPOCH + at * _MICROSECOND, call, line) for s, at, call, line in found)

    def _settle(self, batch: Batch, why: str | None = None) -> None:
        ended = [call for call, _ in batch.ended]
        drop = {row.seq for row in batch.rows if not self._index.keeps(row.call)}
        for call in ended:
            drop.update(seq for seq in self._index.seqs(call) if seq <= batch.last_seq)
        freed = 0
        self._db.execute("begin immediate")
        try:
            if why is not None:
                self._db.executemany(
                    "insert or replace into rejected select *, ? from facts where seq = ?",
                    [(why, seq) for seq in {*drop, *(row.seq for row in batch.rows)}],
                )
            for seq in drop:
                freed += self._db.execute(
                    "delete from facts where seq = ? returning length(fact)", (seq,)
                ).fetchone()[0]
            self._db.execute(
                "update meta set value = ? where key = 'shipped_seq'", (str(batch.last_seq),)
            )
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise
        self._shipped = batch.last_seq
        self._bytes -= freed
        for call in ended:
            self._index.forget(call)

    def _lose(self, stamped: Stamped, why: str) -> int:
        self.lost += 1
        self.lost_since, self.lost_why = self.lost_since or stamped.at, why
        fact = repr(_for_the_log(stamped.fact))
        _log.error("fact not stored", why=why, at=stamped.at.isoformat(), fact=fact)
        return 0


def _for_the_log(fact: AnyFact) -> AnyFact:
    """The fact without what would tell who a customer is, or how our system is asked."""
    match fact:
        case CallEntered(caller=caller):
            return replace(fact, caller=mask(caller))
        case CustomerKnown():
            return replace(fact, customer=None)
        case CallbackBooked(number=number):
            return replace(fact, number=mask(number))
        case FloorSeen():
            return replace(fact, floor="")
        case RoutingPublished(document=document):
            kept = replace(document, customers=Customers(), lookup=None)
            return replace(fact, document=kept)
        case _:
            return fact
