"""Whoever watches the agents hears of every change, also of those made while it was cut off."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from ccbot.store.audit import AuditTrail
from ccbot.store.people import (
    Agent,
    BadAgentError,
    NoSuchAgentError,
    NumberTakenError,
    People,
    digest_secret,
    dump_agents,
    load_agents,
    watch,
)
from ccbot.store.pool import Pool, connection, open_pool
from ccbot.store.tokens import token_digest
from tests.store.server import Server, migrate, running_server
from tests.store.stories import EvenRng, until

HA1 = digest_secret("1001", "secret")


class Heard:
    """The lists that a watch has handed over."""

    def __init__(self) -> None:
        self.lists: list[tuple[Agent, ...]] = []

    async def agents(self, agents: tuple[Agent, ...]) -> None:
        """Take a list."""
        self.lists.append(agents)

    async def last(self, *names: str) -> None:
        """Wait until the last list holds agents of these names."""

        async def is_last() -> bool:
            return bool(self.lists) and tuple(a.name for a in self.lists[-1]) == names

        await until(is_last)


@asynccontextmanager
async def watching(url: str) -> AsyncIterator[Heard]:
    """A watch at work."""
    heard = Heard()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(url, heard.agents, EvenRng()))
        yield heard
        task.cancel()


async def test_watch_hears_all_agents_at_once_and_each_change(
    pool: Pool, database_url: str
) -> None:
    people = People(pool)
    added = await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    async with watching(database_url) as heard:
        await heard.last("王芳")
        assert heard.lists == [(added,)]
        await people.add(number="1002", name="李娜", groups=["tech"], ha1=HA1, test=True)
        await heard.last("王芳", "李娜")
        assert [agent.test for agent in heard.lists[-1]] == [False, True]
        await people.remove("1001")
        await heard.last("李娜")


async def test_watch_hears_a_new_password(pool: Pool, database_url: str) -> None:
    people = People(pool)
    await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    async with watching(database_url) as heard:
        await heard.last("王芳")
        await people.set_password("1001", "0" * 32)

        async def changed() -> bool:
            return heard.lists[-1][0].ha1 == "0" * 32

        await until(changed)


async def test_change_that_is_rolled_back_is_not_told(pool: Pool, database_url: str) -> None:
    people = People(pool)
    async with watching(database_url) as heard:
        await heard.last()
        async with connection(pool) as connected:
            change = connected.transaction()
            await change.start()
            await connected.execute(
                "insert into agents (number, name, groups, ha1) values ($1, 'x', '{service}', $2)",
                "1009",
                HA1,
            )
            await change.rollback()
        await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
        await heard.last("王芳")
        assert len(heard.lists) == 2


async def test_watch_whose_connection_was_cut_hears_what_it_missed(
    pool: Pool, database_url: str
) -> None:
    people = People(pool)
    async with watching(database_url) as heard:
        await heard.last()
        async with connection(pool) as connected:
            await connected.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
        await heard.last("王芳")


@pytest.fixture
def frail() -> Iterator[Server]:
    """A server for a test that stops it."""
    with running_server() as running:
        running.psql("create database frail")
        migrate(running.url("frail"))
        yield running


async def test_watch_outlives_the_server(frail: Server) -> None:
    async with watching(frail.url("frail")) as heard:
        await heard.last()
        await asyncio.to_thread(frail.stop, signal.SIGQUIT)
        await asyncio.to_thread(frail.start)
        async with open_pool(frail.url("frail")) as pool:
            await People(pool).add(number="1001", name="王芳", groups=["service"], ha1=HA1)
        await heard.last("王芳")


async def test_error_of_the_one_who_listens_ends_the_watch(database_url: str) -> None:
    async def fail(_agents: tuple[Agent, ...]) -> None:
        raise OSError("not ours")

    async with asyncio.timeout(10):
        with pytest.raises(OSError, match="not ours"):
            await watch(database_url, fail, EvenRng())


async def test_agents_that_cannot_be_are_refused_before_postgres(pool: Pool) -> None:
    people = People(pool)
    with pytest.raises(BadAgentError):
        await people.add(number="1", name="王芳", groups=["service"], ha1=HA1)
    with pytest.raises(BadAgentError):
        await people.add(number="1001", name="\t", groups=["service"], ha1=HA1)
    with pytest.raises(asyncpg.CheckViolationError):
        await people.add(number="1001", name="王芳", groups=[], ha1=HA1)
    assert await people.list() == ()


async def test_number_is_given_once_and_again_after_removal(pool: Pool) -> None:
    people = People(pool)
    await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    with pytest.raises(NumberTakenError):
        await people.add(number="1001", name="李娜", groups=["tech"], ha1=HA1)
    removed = await people.remove("1001")
    assert removed.name == "王芳"
    with pytest.raises(NoSuchAgentError):
        await people.get("1001")
    with pytest.raises(NoSuchAgentError):
        await people.set_password("1001", HA1)
    await people.add(number="1001", name="李娜", groups=["tech"], ha1=HA1)
    assert (await people.get("1001")).name == "李娜"


async def test_agents_kept_as_a_checkpoint_are_the_same(pool: Pool) -> None:
    added = await People(pool).add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    assert load_agents(dump_agents([added])) == (added,)


async def test_a_token_is_the_agents_own_and_goes_with_him(pool: Pool) -> None:
    people = People(pool, by="root")
    await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    assert (await people.set_token("1001", "secret")).token_sha256 == token_digest("secret")
    assert (await people.remove("1001")).token_sha256 == b""
    with pytest.raises(NoSuchAgentError):
        await people.set_token("1001", "secret")
    back = await people.add(number="1001", name="李娜", groups=["service"], ha1=HA1)
    assert back.token_sha256 == b""


async def test_changes_of_agents_are_audited_but_for_phones_of_test_calls(pool: Pool) -> None:
    people = People(pool, by="root")
    await people.add(number="1001", name="王芳", groups=["service"], ha1=HA1)
    await people.set_password("1001", HA1)
    await people.remove("1001")
    await people.add(number="9001", name="测试", groups=["service"], ha1=HA1, test=True)
    await people.remove("9001")
    rows = await AuditTrail(pool).list(10)
    assert [(row.who, row.what, row.agent) for row in rows] == [
        ("root", "agent.remove", "1001"),
        ("root", "agent.password", "1001"),
        ("root", "agent.add", "1001"),
    ]
