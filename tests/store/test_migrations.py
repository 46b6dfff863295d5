"""The database is made by the migrations, and unmade by them; it refuses what cannot be."""

import asyncpg
import pytest

from ccbot.core.records import record
from ccbot.store.journal_reader import read_all
from ccbot.store.outbox import Batch
from ccbot.store.people import People
from ccbot.store.pool import Pool, connection, open_pool
from ccbot.store.writer import ship
from tests.store.journal import DAY, put
from tests.store.server import Server, migrate
from tests.store.stories import handed_on, whole_call

CALL_LOG = (
    "call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group, "
    "outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by, "
    "greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved, "
    "recording_status, degraded, test, callback_of, flags"
)
CALL_SEGMENTS = "call_id, seq, kind, started_at, ended_at, group_key, agent, ended_by"


@pytest.fixture
async def logged(pool: Pool) -> Pool:
    """A database whose log holds one call."""
    batch = Batch(rows=(), ended=())
    async with connection(pool) as connected:
        await ship(connected, "outbox-1", batch, [record(whole_call("call-1"))])
    return pool


def test_migrations_go_up_from_nothing_and_down_again(server: Server) -> None:
    server.psql("create database up_and_down")
    url = server.url("up_and_down")
    objects = (
        "select string_agg(relname, ' ' order by relname) from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
    )
    migrate(url)
    assert server.psql(objects, "up_and_down") == (
        "agent_states agents audit call_log call_segments calls closed_days estimate_hits "
        "estimates facts follow_ups journal_readings leg_quality queue_entries recordings "
        "routing_versions schema_migrations segment_quality segments survey_by_agent transfers "
        "users"
    )
    for _ in range(int(server.psql("select count(*) from schema_migrations", "up_and_down"))):
        migrate(url, "down")
    assert server.psql(objects, "up_and_down") == "schema_migrations"
    functions = "select count(*) from pg_proc where pronamespace = 'public'::regnamespace"
    assert server.psql(functions, "up_and_down") == "0"
    migrate(url)
    migrate(url)


BEFORE_TALKS = "20261129700001"
"""The last migration before users, audit, recordings and transfers."""


async def test_a_database_of_before_with_rows_in_it_comes_up_whole(
    pool: Pool, database_url: str
) -> None:
    await put(pool, [*DAY, *handed_on("call-9")])
    async with connection(pool) as connected:
        await read_all(connected)
    people = People(pool)
    await people.add(number="1001", name="王芳", groups=["service"], ha1="0" * 32)
    tables = ("call_log", "call_segments", "agents", "agent_states", "queue_entries", "facts")
    before = {one: await pool.fetch(f"select * from {one} order by 1, 2, 3") for one in tables}
    assert all(before.values())
    newest = "select max(version) from schema_migrations"
    while await pool.fetchval(newest) > BEFORE_TALKS:
        migrate(database_url, "down")

    migrate(database_url)

    async with open_pool(database_url) as again:  # whose statements know the present tables
        after = {one: await again.fetch(f"select * from {one} order by 1, 2, 3") for one in tables}
        assert after == before | {"agent_states": after["agent_states"]}
        assert len(after["agent_states"]) == len(before["agent_states"])
        await put(again, [*whole_call("call-10")], outbox="outbox-2")


@pytest.mark.parametrize(
    ("view", "columns"), [("call_log", CALL_LOG), ("call_segments", CALL_SEGMENTS)]
)
async def test_views_have_exactly_the_promised_columns_in_order(
    pool: Pool, view: str, columns: str
) -> None:
    names = await pool.fetch(
        "select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0 "
        "order by attnum",
        view,
    )
    assert ", ".join(name for (name,) in names) == columns


async def test_every_table_and_column_says_what_it_is(pool: Pool) -> None:
    silent = await pool.fetch(
        "select relname, attname from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 "
        "and relname <> 'schema_migrations' and col_description(c.oid, attnum) is null"
    )
    assert silent == []


async def test_full_number_is_in_the_table_and_not_in_the_view(logged: Pool) -> None:
    assert await logged.fetchval("select caller from calls") == "13800001234"
    row = await logged.fetchrow("select * from call_log")
    assert row is not None
    assert row["caller_masked"] == "138****1234"
    assert not any("13800001234" in str(value) for value in row.values())


@pytest.mark.parametrize(
    "statement",
    [
        "update calls set outcome = 'blocked'",
        "delete from calls",
        "update segments set kind = 'hold'",
        "delete from segments",
    ],
)
async def test_log_is_never_changed(logged: Pool, statement: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match="is final"):
        await logged.execute(statement)


@pytest.mark.parametrize(
    ("seq", "started", "ended"),
    [
        pytest.param(7, "ended_at + interval '1 ms'", "ended_at + interval '2 ms'", id="gap"),
        pytest.param(7, "ended_at - interval '1 ms'", "ended_at", id="overlap"),
        pytest.param(8, "ended_at", "ended_at", id="left-out"),
        pytest.param(6, "ended_at", "ended_at", id="twice"),
        pytest.param(7, "ended_at", "ended_at - interval '1 ms'", id="backwards"),
    ],
)
async def test_segments_can_neither_overlap_nor_leave_a_gap(
    logged: Pool, seq: int, started: str, ended: str
) -> None:
    statement = (
        "insert into segments (call_id, seq, kind, started_at, ended_at, ended_by) "
        f"select call_id, {seq}, 'voicemail', {started}, {ended}, 'caller' from calls"
    )
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await logged.execute(statement)


async def test_segment_that_follows_on_is_taken(logged: Pool) -> None:
    await logged.execute(
        "insert into segments (call_id, seq, kind, started_at, ended_at, ended_by) "
        "select call_id, 7, 'voicemail', ended_at, ended_at, 'caller' from calls"
    )


@pytest.mark.parametrize(
    ("number", "name", "groups", "ha1"),
    [
        ("12", "王芳", ["service"], "0" * 32),
        ("1234567", "王芳", ["service"], "0" * 32),
        ("10a1", "王芳", ["service"], "0" * 32),
        ("1001", "", ["service"], "0" * 32),
        ("1001", "王\n芳", ["service"], "0" * 32),
        ("1001", "王芳", [], "0" * 32),
        ("1001", "王芳", ["service"], "secret"),
    ],
)
async def test_agents_that_cannot_be_are_refused(
    pool: Pool, number: str, name: str, groups: list[str], ha1: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(
            "insert into agents (number, name, groups, ha1) values ($1, $2, $3, $4)",
            number,
            name,
            groups,
            ha1,
        )
