"""Queue entries and agents' states are read from the journal exactly once, whatever happens."""

import asyncio

import asyncpg
import pytest
from structlog.testing import capture_logs

from ccbot.core import facts as f
from ccbot.core.records import record
from ccbot.core.routing_document import Member
from ccbot.store import journal_reader
from ccbot.store.journal_reader import read_all, read_some
from ccbot.store.pool import Connection, Pool, connection
from tests.core.story import replace_group, routing
from tests.store.journal import CONFIGURED, DAY, WANG, own, put
from tests.store.stories import T0, ended, whole_call


async def entries(pool: Pool) -> list[tuple[object, ...]]:
    found = await pool.fetch(
        "select call_id, entry_no, group_key, ended_as, why, agent, test, "
        "round(extract(epoch from ended_at - entered_at), 3)::text as wait_s "
        "from queue_entries order by call_id, entry_no"
    )
    return [tuple(row) for row in found]


async def states(pool: Pool) -> list[tuple[object, ...]]:
    found = await pool.fetch(
        "select outbox_id, no, state, reason, call_id, group_key, ended_as, "
        "extract(epoch from started_at - $1)::float as began, "
        "extract(epoch from ended_at - $1)::float as ended "
        "from agent_states where ended_at is distinct from started_at order by started_at",
        T0,
    )
    return [tuple(row) for row in found]


async def test_a_day_is_read_into_entries_and_states(pool: Pool) -> None:
    await put(pool, DAY)
    async with connection(pool) as connected:
        await read_all(connected)
    row = record(whole_call("call-1"))
    wait_s = f"{row.wait_ms / 1000:.3f}"
    assert await entries(pool) == [
        (call, 1, "service", "answered", "answered", "1001", False, wait_s)
        for call in ("call-1", "call-2")
    ]
    found = await states(pool)
    assert [one[2] for one in found] == [
        "ready", "offered", "talking", "wrap_up", "ready", "offered", "talking", "wrap_up",
    ]  # fmt: skip
    assert [one[8] for one in found[:-1]] == [one[7] for one in found[1:]]
    assert (found[0][7], found[-1][8]) == (-10.0, 400.0)
    [talk] = [one for one in found if one[2] == "talking" and one[4] == "call-1"]
    assert (talk[8] - talk[7]) * 1000 == row.talk_ms  # type: ignore[operator]


@pytest.mark.parametrize(
    ("problem", "level"),
    [(asyncpg.CheckViolationError("no"), "error"), (ConnectionError("away"), "debug")],
)
async def test_rows_that_are_refused_are_an_error_and_postgres_away_is_none(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, problem: Exception, level: str
) -> None:
    failed = asyncio.Event()

    async def fails(_: Connection) -> None:
        failed.set()
        raise problem

    monkeypatch.setattr(journal_reader, "read_all", fails)
    with capture_logs() as logs:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(journal_reader.read_for_ever(pool))
            await failed.wait()
            while not logs:
                await asyncio.sleep(0)
            reading.cancel()
    [line] = logs
    assert (line["event"], line["log_level"]) == ("the journal is not read", level)


@pytest.mark.parametrize("facts_max", [1, 3, 7])
async def test_rows_are_the_same_in_whatever_steps_it_is_read(pool: Pool, facts_max: int) -> None:
    await put(pool, DAY)
    async with connection(pool) as connected:
        for _ in range(0, len(DAY), facts_max):
            assert await read_some(connected, "outbox-1", facts_max)
        assert not await read_some(connected, "outbox-1", facts_max)
    in_steps = (await entries(pool), await states(pool))
    await pool.execute("truncate journal_readings, agent_states, queue_entries")
    async with connection(pool) as connected:
        await read_all(connected)
    assert (await entries(pool), await states(pool)) == in_steps


async def test_two_readers_at_once_double_nothing(pool: Pool) -> None:
    await put(pool, DAY)

    async def read() -> None:
        async with connection(pool) as connected:
            while await read_some(connected, "outbox-1", 2):
                pass

    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(read())
    assert len(await entries(pool)) == 2
    assert len(await states(pool)) == 8


async def test_facts_that_come_late_are_read_late(pool: Pool) -> None:
    async with connection(pool) as connected:
        await put(pool, DAY[:6])
        await read_all(connected)
        assert await entries(pool) == []
        [*_, last] = await states(pool)
        assert last[8] is None
        await put(pool, DAY[6:], first=7)
        await read_all(connected)
    assert len(await entries(pool)) == 2
    assert all(one[8] is not None for one in await states(pool))


async def test_a_new_journal_ends_what_the_old_one_left_open(pool: Pool) -> None:
    await put(pool, DAY[:2])
    await put(pool, [own(CONFIGURED, 1000), own(f.AgentSignedIn(agent=WANG), 1010)], "outbox-2")
    async with connection(pool) as connected:
        await read_all(connected)
    found = [(one[0], one[2], one[7], one[8]) for one in await states(pool)]
    assert found == [
        ("outbox-1", "ready", -10.0, 1000.0),
        ("outbox-2", "ready", 1010.0, None),
    ]


async def test_fact_of_another_version_and_broken_call_stop_nothing(pool: Pool) -> None:
    orphan = ended("call-9", T0)
    await put(pool, [orphan, *DAY])
    await pool.execute(
        "insert into facts values ('outbox-1', 99, $1, null, '{\"fact\": \"of tomorrow\"}')", T0
    )
    async with connection(pool) as connected:
        await read_all(connected)
    assert len(await entries(pool)) == 2
    assert await pool.fetchval("select seq from journal_readings") == 99


@pytest.mark.parametrize(
    ("table", "rule"),
    [("queue_entries", "call_id <> 'call-1'"), ("agent_states", "state <> 'talking'")],
)
async def test_a_row_that_is_refused_is_set_aside_and_the_others_go_on(
    pool: Pool, table: str, rule: str
) -> None:
    await put(pool, DAY)
    await pool.execute(f"alter table {table} add constraint one_is_refused check ({rule})")
    try:
        with capture_logs() as logs:
            async with connection(pool) as connected:
                await read_all(connected)
        assert {(one["event"], one["log_level"]) for one in logs} == {("row set aside", "error")}
        assert await pool.fetchval("select seq from journal_readings") == len(DAY)
        kept = (len(await entries(pool)), len(await states(pool)))
        assert kept == ((1, 8) if table == "queue_entries" else (2, 6))
    finally:
        await pool.execute(f"alter table {table} drop constraint one_is_refused")


async def test_a_published_document_keeps_the_order_of_its_names(pool: Pool) -> None:
    """Postgres sorts the names of a ``jsonb``; ``ordered`` asks agents as they are named."""
    members = {"1010": Member(), "1002": Member(), "101": Member()}
    document = replace_group(routing(), "service", strategy="ordered", members=members)
    published = f.RoutingPublished(version=2, document=document)
    await put(pool, [own(published, 0)])
    row = await pool.fetchrow("select fact::text as fact from facts")
    assert row is not None
    read = f.decode(row["fact"])
    assert read == published
    assert isinstance(read, f.RoutingPublished)
    assert list(read.document.groups["service"].members) == list(members)
