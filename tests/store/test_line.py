"""The line to Postgres breaks anywhere: each fact, call and task is there, and there once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from yarl import URL

from ccbot.store import pool as pool_limits
from ccbot.store.outbox import Outbox, open_outbox
from ccbot.store.pool import Pool, open_pool
from ccbot.store.writer import Writer
from tests.faults.proxy import Proxy, proxy_to
from tests.store.stories import T0, CountedIds, EvenRng, StillClock, rated_call, until

POINTS = 16
"""A line is cut at so many places of the exchange, from its first byte to its last."""
CALLS = 3
SHIPPED_S_MAX = 10.0


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as opened:
        yield opened


@pytest_asyncio.fixture
async def line(database_url: str) -> AsyncIterator[Proxy]:
    """A proxy before Postgres."""
    port = URL(database_url).port
    assert port is not None
    async with proxy_to(port) as between:
        yield between


@pytest.fixture
def far_url(database_url: str, line: Proxy) -> str:
    """Postgres, by way of the proxy."""
    return str(URL(database_url).with_port(line.port))


@asynccontextmanager
async def shipping(outbox: Outbox, url: str) -> AsyncIterator[Writer]:
    """A writer at work, over connections that are new."""
    async with open_pool(url) as far, asyncio.TaskGroup() as tasks:
        writer = Writer(outbox, far, StillClock(T0 + timedelta(seconds=5)), EvenRng())
        work = tasks.create_task(writer.run())
        yield writer
        work.cancel()


def a_batch(outbox: Outbox, name: str) -> int:
    """Whole calls that leave tasks behind; how many facts they are."""
    facts = [fact for n in range(CALLS) for fact in rated_call(f"{name}-{n}", 1)]
    for fact in facts:
        assert outbox.append(fact)
    return len(facts)


async def ships_all(writer: Writer) -> None:
    """Nothing is left behind, and nothing is refused for having been there before."""
    assert await writer.drained(SHIPPED_S_MAX)
    assert writer.state().set_aside == 0


async def is_all_there_once(pool: Pool, batches: int, facts: int) -> None:
    """So many batches of so many facts, and nothing besides."""
    row = await pool.fetchrow(
        "select (select count(*) from facts) as facts, (select count(*) from calls) as calls,"
        " (select count(*) from follow_ups) as tasks,"
        " (select count(*) from segments) as segments"
    )
    assert row is not None
    told = {name: row[name] // batches for name in ("facts", "calls", "tasks")}
    assert told == {"facts": facts, "calls": CALLS, "tasks": CALLS}
    assert row["segments"] % (batches * CALLS) == 0


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_line_that_is_cut_anywhere_costs_and_doubles_nothing(
    outbox: Outbox, pool: Pool, line: Proxy, far_url: str, way: str
) -> None:
    facts = a_batch(outbox, "whole")
    async with shipping(outbox, far_url) as writer:
        await ships_all(writer)
        (link,) = line.links
        length = {"up": link.up_bytes, "down": link.down_bytes}[way]
    for point in range(POINTS):
        setattr(line, f"cut_{way}_after_bytes", 1 + (length - 2) * point // (POINTS - 1))
        before = line.cut
        a_batch(outbox, f"cut-{point}")
        async with shipping(outbox, far_url) as writer:

            async def is_cut(before: int = before) -> bool:
                return line.cut > before

            await until(is_cut, within_s=SHIPPED_S_MAX)
            line.heal()
            await ships_all(writer)
        await is_all_there_once(pool, point + 2, facts)


async def test_a_batch_that_arrives_after_it_was_given_up_is_not_doubled(
    outbox: Outbox, pool: Pool, line: Proxy, far_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_limits, "COMMAND_S_MAX", 0.3)
    monkeypatch.setattr(pool_limits, "CONNECT_S_MAX", 0.3)
    async with shipping(outbox, far_url) as writer:
        facts = a_batch(outbox, "first")
        await ships_all(writer)
        line.stall()
        a_batch(outbox, "stalled")

        async def is_given_up() -> bool:
            return bool(writer.state().degraded_why)

        await until(is_given_up, within_s=SHIPPED_S_MAX)
        line.heal()
        await ships_all(writer)
    await is_all_there_once(pool, 2, facts)


async def test_resets_in_a_stream_of_facts_cost_and_double_nothing(
    outbox: Outbox, pool: Pool, line: Proxy, far_url: str
) -> None:
    batches = 30
    async with shipping(outbox, far_url) as writer:
        facts = 0
        for n in range(batches):
            facts = a_batch(outbox, f"call-{n}")
            before = writer.state().shipped

            async def goes_on(before: int = before) -> bool:
                return writer.state().shipped > before

            await until(goes_on, within_s=SHIPPED_S_MAX)
            line.reset()
        await ships_all(writer)
    await is_all_there_once(pool, batches, facts)
