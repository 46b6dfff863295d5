"""Ships the outbox to Postgres: facts in batches, and the row of each call that ended.

One task, woken by ``append``. The call path never awaits it. Everything it does may be done twice
without harm, so after a doubt – a lost connection at commit, say – it simply does it again. While
Postgres is away it tries again after 0.1 s, then ever more rarely, up to every 5 s.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from ccbot.clock import Clock, Rng
from ccbot.core.records import CallRecord, record
from ccbot.core.records.estimates_told import ToldEstimate, told_estimates
from ccbot.core.records.follow_ups import FollowUp, follow_up
from ccbot.store import audit, leg_quality
from ccbot.store.outbox import Batch, Outbox
from ccbot.store.pool import AWAY, REFUSED, Connection, Pool, connection
from ccbot.store.sql import sql

BATCH_FACTS_MAX = 100
GATHER_S = 0.03
"""How long facts may gather before they are shipped: fewer, larger transactions."""
SHIP_S_MAX = 10.0
RETRY_S_MIN = 0.1
RETRY_S_MAX = 5.0
BEHIND_S_MAX = 10.0
"""A lag above this is a degradation even when no attempt has failed."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class WriterState:
    """How the log is doing, for /readyz and /metrics."""

    backlog: int
    """Facts that are not in Postgres yet."""
    lag_s: float
    """Age of the oldest of them; 0 when there is none."""
    degraded_since: datetime | None
    """Since when Postgres does not take facts; none while it does."""
    degraded_why: str
    """What the last attempt failed on; empty while all is well."""
    shipped: int
    """Facts taken by Postgres since the start."""
    set_aside: int
    """Facts that Postgres refused for good, since the start."""
    lost: int
    """Facts that could only be logged, since the start: the outbox was full or not writable."""
    lost_since: datetime | None
    """When the first of them happened."""
    lost_why: str
    """Why the last of them was not stored."""
    outbox_full: bool


class Writer:
    """The only one that writes facts and calls to Postgres."""

    def __init__(self, outbox: Outbox, pool: Pool, clock: Clock, rng: Rng) -> None:
        self._outbox = outbox
        self._pool = pool
        self._clock = clock
        self._rng = rng
        self._degraded_since: datetime | None = None
        self._degraded_why = ""
        self._shipped = 0
        self._set_aside = 0
        self._one_by_one = 0
        self._progress = asyncio.Event()

    def state(self) -> WriterState:
        """How it stands now."""
        oldest = self._outbox.oldest_pending_at()
        lag_s = max(0.0, (self._clock.now() - oldest).total_seconds()) if oldest else 0.0
        since, why = self._degraded_since, self._degraded_why
        if since is None and oldest is not None and lag_s > BEHIND_S_MAX:
            since, why = oldest, "the writer is behind"
        return WriterState(
            backlog=self._outbox.backlog,
            lag_s=lag_s,
            degraded_since=since,
            degraded_why=why,
            shipped=self._shipped,
            set_aside=self._set_aside,
            lost=self._outbox.lost,
            lost_since=self._outbox.lost_since,
            lost_why=self._outbox.lost_why,
            outbox_full=self._outbox.full,
        )

    async def run(self) -> None:
        """Ship, for ever; also keeps the outbox file small."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ship_for_ever(), name="writer")
            tasks.create_task(self._outbox.keep_small(), name="outbox")

    async def drained(self, within_s: float) -> bool:
        """Wait until everything is shipped; false if it was not within this time."""
        try:
            async with asyncio.timeout(within_s):
                while self._outbox.backlog:
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            return False
        return True

    async def _ship_for_ever(self) -> None:
        while True:
            await self._outbox.appended.wait()
            await asyncio.sleep(GATHER_S)
            self._outbox.appended.clear()
            retry_s = RETRY_S_MIN
            while batch := self._outbox.pending(1 if self._one_by_one else BATCH_FACTS_MAX):
                if await self._try(batch):
                    retry_s = RETRY_S_MIN
                    continue
                await asyncio.sleep(retry_s * (0.5 + self._rng.random() / 2))
                retry_s = min(retry_s * 2, RETRY_S_MAX)

    async def _try(self, batch: Batch) -> bool:
        """Ship a batch; false when it is to be tried again later."""
        try:
            records = [record(ended.facts) for ended in batch.ended]
            async with asyncio.timeout(SHIP_S_MAX), connection(self._pool) as connected:
                await ship(connected, self._outbox.id, batch, records)
            self._outbox.done(batch)
        except REFUSED as refusal:
            self._refused(batch, refusal)
        except (*AWAY, sqlite3.Error) as problem:
            self._degrade(problem)
            return False
        except Exception as bug:  # noqa: BLE001 - one call's facts must not stop all others
            self._refused(batch, bug)
        else:
            self._recover(len(batch.rows))
        return True

    def _refused(self, batch: Batch, why: Exception) -> None:
        if len(batch.rows) > 1:
            self._one_by_one = len(batch.rows)
            return
        self._one_by_one = max(0, self._one_by_one - 1)
        row = batch.rows[0]
        self._set_aside += 1
        _log.error("fact set aside", seq=row.seq, call=row.call, why=_reason(why))
        self._outbox.set_aside(batch, _reason(why))
        self._progress.set()

    def _degrade(self, why: Exception) -> None:
        self._degraded_why = _reason(why)
        if self._degraded_since is None:
            self._degraded_since = self._clock.now()
            _log.warning("postgres takes no facts", why=self._degraded_why)

    def _recover(self, shipped: int) -> None:
        self._shipped += shipped
        self._one_by_one = max(0, self._one_by_one - 1)
        self._progress.set()
        if self._degraded_since is not None:
            away_s = (self._clock.now() - self._degraded_since).total_seconds()
            _log.info("postgres takes facts again", away_s=away_s, backlog=self._outbox.backlog)
            self._degraded_since, self._degraded_why = None, ""


def _reason(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}".rstrip(": ").replace("\n", " ")


async def ship(
    connected: Connection, outbox_id: str, batch: Batch, records: Sequence[CallRecord]
) -> None:
    """One transaction: the facts, what of them is audited, and the rows of calls that ended."""
    rows = batch.rows
    tasks = [task for ended in batch.ended if (task := follow_up(ended.facts))]
    async with connected.transaction():
        await connected.execute(
            sql("ship_facts"),
            outbox_id,
            [row.seq for row in rows],
            [row.at for row in rows],
            [row.call for row in rows],
            [row.line.decode() for row in rows],
        )
        await audit.append_facts(connected, outbox_id, rows)
        await leg_quality.put_down(connected, rows)
        if records:
            await connected.executemany(sql("insert_call"), [_call_row(r) for r in records])
            segments = [row for r in records for row in _segment_rows(r)]
            await connected.executemany(sql("insert_segment"), segments)
        if tasks:
            await connected.executemany(sql("insert_follow_up"), [_task_row(t) for t in tasks])
        if estimates := _estimates(batch, records):
            rows_of = [_estimate_row(one) for one in estimates]
            await connected.executemany(sql("insert_estimate"), rows_of)


def _estimates(batch: Batch, records: Sequence[CallRecord]) -> list[ToldEstimate]:
    row_of = {one.call_id: one for one in records}
    return [
        told
        for ended in batch.ended
        if ended.call in row_of
        for told in told_estimates(ended.facts, row_of[ended.call])
    ]


def _estimate_row(e: ToldEstimate) -> tuple[object, ...]:
    return (e.call_id, e.no, e.group_key, e.told_at, e.minutes, e.waited_ms, e.hit)


def _call_row(r: CallRecord) -> tuple[object, ...]:
    return (
        r.call_id,
        r.entered_at,
        r.ended_at,
        r.dialled_number,
        r.caller,
        r.caller_masked,
        r.entry_group,
        r.last_group,
        r.outcome,
        r.wait_ms,
        r.talk_ms,
        r.hold_ms,
        list(r.agents),
        r.last_agent,
        r.transfers,
        r.hung_up_by,
        r.greeting_variant,
        r.greeting_completed,
        r.survey_status,
        r.survey_score,
        r.survey_resolved,
        r.recording_status,
        r.degraded,
        r.test,
        r.callback_of,
        list(r.flags),
    )


def _task_row(t: FollowUp) -> tuple[object, ...]:
    return (t.call_id, t.kind, t.created_at, t.due_at, t.reason)


def _segment_rows(r: CallRecord) -> list[tuple[object, ...]]:
    return [
        (
            r.call_id,
            s.seq,
            s.kind,
            s.started_at,
            s.ended_at,
            s.group_key,
            s.agent,
            s.ended_by,
        )
        for s in r.segments
    ]
