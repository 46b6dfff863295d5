"""Agents' records, and the watch that tells the running centre of every change."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import NoReturn

import asyncpg
import msgspec
import structlog

from ccbot.clock import Rng
from ccbot.core.ids import AgentId, GroupKey
from ccbot.store.pool import AWAY, Connection, Pool, connect, connection
from ccbot.store.sql import sql

CHANNEL = "ccbot_agents"
REALM = "ccbot"
RETRY_S_MIN = 0.1
RETRY_S_MAX = 5.0
PING_S = 5.0
"""How often the watch asks whether its connection still lives."""

_NUMBER = re.compile(r"[0-9]{3,6}", re.ASCII)
_log = structlog.get_logger(__name__)


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who works here."""

    number: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    ha1: str
    """Digest secret of the desk phone ``p-NUMBER``; the password itself is stored nowhere."""
    created_at: datetime
    test: bool = False

    @property
    def account(self) -> str:
        """The SIP user of the agent's desk phone."""
        return account(self.number)


class BadAgentError(ValueError):
    """An agent cannot be as asked for; the message says what is wrong and how to mend it."""


class NumberTakenError(BadAgentError):
    """An agent of this number works here already."""


class NoSuchAgentError(LookupError):
    """No agent of this number works here."""

    def __init__(self, number: str) -> None:
        super().__init__(f"there is no agent {number}: `agent list` shows who there is")


def account(number: str) -> str:
    """The SIP user of an agent's desk phone."""
    return f"p-{number}"


def digest_secret(number: str, password: str) -> str:
    """HA1 of an agent's desk phone: what a SIP server needs to know of its password."""
    text = f"{account(number)}:{REALM}:{password}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def check_number(number: str) -> AgentId:
    """The number, if it can be an agent's; else ``BadAgentError``."""
    if not _NUMBER.fullmatch(number):
        raise BadAgentError(f"{number!r} is no agent's number: take 3 to 6 digits, such as 1001")
    return AgentId(number)


def check_name(name: str) -> str:
    """The name without surrounding space, if it can be an agent's; else ``BadAgentError``."""
    text = name.strip()
    if not text:
        raise BadAgentError("the name is empty: give one, such as --name 王芳")
    if not text.isprintable():
        raise BadAgentError(f"the name {name!r} holds a control character: leave it out")
    return text


class People:
    """Agents' records in Postgres. Each change tells ``watch``, in its own transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list(self) -> tuple[Agent, ...]:
        """All agents, by number."""
        async with connection(self._pool) as connected:
            return await _list(connected)

    async def get(self, number: str) -> Agent:
        """One agent; ``NoSuchAgentError`` if there is none."""
        return _found(await self._row("get_agent", number), number)

    async def add(
        self, *, number: str, name: str, groups: Sequence[str], ha1: str, test: bool = False
    ) -> Agent:
        """A new agent; the number of one who was removed may be given again."""
        check_number(number)
        row = await self._row("add_agent", number, check_name(name), [*groups], ha1, test)
        if row is None:
            raise NumberTakenError(
                f"agent {number} exists already: take another number, or remove that one first"
            )
        return _agent(row)

    async def remove(self, number: str) -> Agent:
        """The agent works here no more; ``NoSuchAgentError`` if he did not."""
        return _found(await self._row("remove_agent", number), number)

    async def set_password(self, number: str, ha1: str) -> Agent:
        """Another secret for the agent's phone; ``NoSuchAgentError`` if there is none such."""
        return _found(await self._row("set_agent_secret", number, ha1), number)

    async def _row(self, statement: str, *values: object) -> asyncpg.Record | None:
        async with connection(self._pool) as connected:
            return await connected.fetchrow(sql(statement), *values)


async def watch(
    url: str, on_agents: Callable[[tuple[Agent, ...]], Awaitable[None]], rng: Rng
) -> NoReturn:
    """Hand over all agents at once and after each change, for ever.

    Whatever was changed while the connection was lost is in the list that follows the next
    connect. Changes that come together may be handed over together. An error of ``on_agents``
    ends the watch.
    """
    retry_s = RETRY_S_MIN
    while True:
        try:
            connected = await connect(url)
        except AWAY as problem:
            if retry_s == RETRY_S_MIN:
                _log.warning("agents are not watched", why=repr(problem))
        else:
            retry_s = RETRY_S_MIN
            async with aclosing(_lists(connected)) as lists:
                async for agents in lists:
                    await on_agents(agents)
        await asyncio.sleep(retry_s * (0.5 + rng.random() / 2))
        retry_s = min(retry_s * 2, RETRY_S_MAX)


async def _lists(connected: Connection) -> AsyncGenerator[tuple[Agent, ...], None]:
    """All agents, and again after each change, until the connection fails."""
    changed = asyncio.Event()
    try:
        connected.add_termination_listener(lambda _: changed.set())
        # Listen first, then read: a change between the two is read, and told again.
        await connected.add_listener(CHANNEL, lambda *_: changed.set())
        yield await _list(connected)
        while True:
            await _wait(changed, PING_S)
            if changed.is_set():
                changed.clear()
                yield await _list(connected)
            else:
                await connected.fetchval(sql("ping"))
    except AWAY as problem:
        _log.warning("agents are not watched", why=repr(problem))
    finally:
        connected.terminate()


async def _wait(event: asyncio.Event, s_max: float) -> None:
    try:
        async with asyncio.timeout(s_max):
            await event.wait()
    except TimeoutError:
        return


async def _list(connected: Connection) -> tuple[Agent, ...]:
    return tuple(_agent(row) for row in await connected.fetch(sql("list_agents")))


def dump_agents(agents: Sequence[Agent]) -> bytes:
    """Agents as a checkpoint's value, to start without Postgres."""
    return msgspec.json.encode(agents)


def load_agents(value: bytes) -> tuple[Agent, ...]:
    """The agents that ``dump_agents`` wrote."""
    return msgspec.json.decode(value, type=tuple[Agent, ...])


def _found(row: asyncpg.Record | None, number: str) -> Agent:
    if row is None:
        raise NoSuchAgentError(number)
    return _agent(row)


def _agent(row: asyncpg.Record) -> Agent:
    return Agent(
        number=row["number"],
        name=row["name"],
        groups=tuple(row["groups"]),
        ha1=row["ha1"],
        test=row["test"],
        created_at=row["created_at"],
    )
