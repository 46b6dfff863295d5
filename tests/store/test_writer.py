"""Postgres gets every fact and every call exactly once, sooner or later, whatever happens to it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccbot.core.facts import AgentConfigured, AgentSignedIn, Stamped
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.records import record
from ccbot.store.outbox import Outbox, open_outbox
from ccbot.store.pool import Pool, connection, open_pool
from ccbot.store.writer import Writer, ship
from tests.store.server import Server, migrate, running_server
from tests.store.stories import (
    T0,
    CountedIds,
    EvenRng,
    StillClock,
    ended,
    entered,
    until,
    whole_call,
)

SIGNED_IN = Stamped(T0, AgentSignedIn(agent=AgentId("1001")))
POISON = Stamped(
    T0, AgentConfigured(agent=AgentId("1001"), name="a\0b", groups=(GroupKey("service"),))
)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as opened:
        yield opened


@asynccontextmanager
async def writing(outbox: Outbox, pool: Pool) -> AsyncIterator[Writer]:
    """A writer at work."""
    writer = Writer(outbox, pool, StillClock(T0 + timedelta(seconds=5)), EvenRng())
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(writer.run())
        yield writer
        task.cancel()


def put(outbox: Outbox, *facts: Stamped) -> None:
    for fact in facts:
        assert outbox.append(fact)


async def counts(pool: Pool) -> tuple[int, int, int]:
    """How many facts, calls and segments Postgres holds."""
    row = await pool.fetchrow(
        "select (select count(*) from facts), (select count(*) from calls), "
        "(select count(*) from segments)"
    )
    assert row is not None
    return row[0], row[1], row[2]


async def test_row_is_visible_within_a_second_of_the_hang_up(outbox: Outbox, pool: Pool) -> None:
    *story, last = whole_call("call-1")
    async with writing(outbox, pool):
        put(outbox, *story)

        async def logged() -> bool:
            return bool(await pool.fetchval("select count(*) from call_log"))

        put(outbox, last)
        await until(logged, within_s=1.0)
        row = await pool.fetchrow("select * from call_log")
        assert row is not None
        made = record([*story, last])
        for name, value in row.items():
            expected = getattr(made, name)
            assert value == (list(expected) if isinstance(expected, tuple) else expected)
        segments = await pool.fetch("select kind, agent from call_segments order by seq")
        assert [tuple(s) for s in segments] == [
            ("greeting", None),
            ("menu", None),
            ("waiting", None),
            ("ringing", "1001"),
            ("talk", "1001"),
            ("survey", "1001"),
        ]


async def test_facts_are_stored_with_their_call_and_moment(outbox: Outbox, pool: Pool) -> None:
    async with writing(outbox, pool) as writer:
        put(outbox, SIGNED_IN, *whole_call("call-1"))
        assert await writer.drained(within_s=5)
    rows = await pool.fetch(
        "select seq, at, call_id, fact->>'fact' as kind from facts order by seq"
    )
    assert [row["seq"] for row in rows] == list(range(1, 12))
    assert (rows[0]["call_id"], rows[0]["kind"], rows[0]["at"]) == (None, "agent_signed_in", T0)
    assert {row["call_id"] for row in rows[1:]} == {"call-1"}
    assert "talk_started" in {row["kind"] for row in rows}


async def test_batch_shipped_twice_doubles_nothing(outbox: Outbox, pool: Pool) -> None:
    put(outbox, *whole_call("call-1"), *whole_call("call-2"))
    batch = outbox.pending(100)
    assert batch is not None
    records = [record(ended.facts) for ended in batch.ended]
    async with connection(pool) as connected:
        await ship(connected, outbox.id, batch, records)
    before = await counts(pool)
    async with writing(outbox, pool) as writer:
        assert await writer.drained(within_s=5)
    assert await counts(pool) == before == (20, 2, 12)


async def test_writer_killed_in_the_middle_of_a_batch_leaves_nothing_torn_lost_or_doubled(
    tmp_path: Path, pool: Pool, database_url: str
) -> None:
    path = tmp_path / "outbox.sqlite"
    stories = [whole_call(f"call-{n}") for n in range(60)]
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, *(fact for group in zip(*stories, strict=True) for fact in group))
    await pool.execute(
        "create function dawdle() returns trigger language plpgsql as "
        "'begin perform pg_sleep(0.01); return new; end'; "
        "create trigger dawdle before insert on segments for each row execute function dawdle()"
    )

    async def in_the_middle() -> bool:
        return bool(
            await pool.fetchval(
                "select count(*) from pg_stat_activity where state = 'active' "
                "and datname = current_database() and pid <> pg_backend_pid() "
                "and query like '%insert into segments%'"
            )
        )

    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.store.killed", "ship", path, database_url
        )
        try:
            await until(in_the_middle)
        finally:
            process.kill()
            await process.wait()
        assert (await counts(pool))[1:] == (0, 0)
    await pool.execute("drop trigger dawdle on segments")
    with open_outbox(path, CountedIds()) as outbox:
        async with writing(outbox, pool) as writer:
            assert await writer.drained(within_s=20)
    assert await counts(pool) == (600, 60, 360)


@pytest.fixture
def frail() -> Iterator[Server]:
    """A server for tests that stop it."""
    with running_server() as running:
        running.psql("create database frail")
        migrate(running.url("frail"))
        yield running


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_nothing_is_lost_or_doubled_when_postgres_is_away_for_a_while(
    outbox: Outbox, frail: Server, how: signal.Signals
) -> None:
    async with open_pool(frail.url("frail")) as pool, writing(outbox, pool) as writer:
        put(outbox, *whole_call("before"))
        assert await writer.drained(within_s=5)
        await asyncio.to_thread(frail.stop, how)
        for number in range(30):
            put(outbox, *whole_call(f"during-{number}"))

        async def degraded() -> bool:
            return writer.state().degraded_since is not None

        await until(degraded)
        state = writer.state()
        assert (state.backlog, state.lag_s) == (300, 5.0)
        assert state.degraded_why
        await asyncio.to_thread(frail.start)
        put(outbox, *whole_call("after"))
        assert await writer.drained(within_s=20)
        assert await counts(pool) == (320, 32, 192)
        state = writer.state()
        assert (state.backlog, state.lag_s, state.degraded_since) == (0, 0.0, None)


async def test_postgres_that_comes_only_later_gets_everything(
    outbox: Outbox, frail: Server
) -> None:
    await asyncio.to_thread(frail.stop)
    async with open_pool(frail.url("frail")) as pool, writing(outbox, pool) as writer:
        put(outbox, *whole_call("call-1"))
        assert not await writer.drained(within_s=0.5)
        await asyncio.to_thread(frail.start)
        assert await writer.drained(within_s=20)
        assert await counts(pool) == (10, 1, 6)


async def test_fact_that_postgres_refuses_is_set_aside_and_stops_no_other(
    outbox: Outbox, pool: Pool
) -> None:
    with capture_logs() as logs:
        async with writing(outbox, pool) as writer:
            put(outbox, *whole_call("call-1"), POISON, *whole_call("call-2"))
            assert await writer.drained(within_s=10)
            assert (writer.state().set_aside, writer.state().shipped) == (1, 20)
    assert await counts(pool) == (20, 2, 12)
    assert [entry["event"] for entry in logs] == ["fact set aside"]


async def test_call_whose_row_is_refused_is_set_aside_and_stops_no_other(
    outbox: Outbox, pool: Pool
) -> None:
    with capture_logs():
        async with writing(outbox, pool) as writer:
            put(outbox, entered("bad", caller="1\x002"), ended("bad"), *whole_call("call-2"))
            assert await writer.drained(within_s=10)
            assert writer.state().set_aside == 2
    assert await pool.fetchval("select string_agg(call_id, ' ') from calls") == "call-2"


async def test_call_that_a_killed_run_left_open_is_logged_once_it_is_closed(
    tmp_path: Path, pool: Pool
) -> None:
    *story, last = whole_call("call-1")
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        async with writing(outbox, pool) as writer:
            put(outbox, *story)
            assert await writer.drained(within_s=5)
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        async with writing(outbox, pool) as writer:
            for call, facts in outbox.open_calls().items():
                assert list(facts) == story
                put(outbox, ended(call, last.at))
            assert await writer.drained(within_s=5)
    assert await counts(pool) == (10, 1, 6)


async def test_writer_that_is_behind_says_since_when(outbox: Outbox, pool: Pool) -> None:
    writer = Writer(outbox, pool, StillClock(T0 + timedelta(seconds=11)), EvenRng())
    assert writer.state().degraded_since is None
    put(outbox, SIGNED_IN)
    assert writer.state().degraded_since == T0
