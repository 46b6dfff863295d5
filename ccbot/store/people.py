"""Agents' records, and the watch that tells the running centre of every change."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NoReturn

import asyncpg
import msgspec

from ccbot.clock import Rng
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role
from ccbot.core.records.audited import AuditEntry
from ccbot.store import audit, watching
from ccbot.store.pool import Connection, Pool, connection
from ccbot.store.sql import sql
from ccbot.store.tokens import token_digest
from ccbot.store.watching import Watched

CHANNEL = "ccbot_agents"
REALM = "ccbot"

_NUMBER = re.compile(r"[0-9]{3,6}", re.ASCII)


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who works here."""

    number: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    ha1: str
    """Digest secret of the desk phone ``p-NUMBER``; the password itself is stored nowhere."""
    created_at: datetime
    test: bool = False
    role: Role = Role.AGENT
    """Other than agent: it is the phone of a user, who need not take calls."""
    leads: tuple[GroupKey, ...] = ()
    """The groups in which the role holds; a manager's holds in all."""
    token_sha256: bytes = b""
    """Digest of his own bearer token for the API; empty if he has none."""

    @property
    def account(self) -> str:
        """The SIP user of the agent's desk phone."""
        return account(self.number)


class NewAgent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who is to be added."""

    number: str
    name: str
    groups: Sequence[str]
    ha1: str
    test: bool = False
    role: Role = Role.AGENT
    leads: Sequence[str] = ()


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
        raise BadAgentError("the name is empty: give one, such as 王芳")
    if not text.isprintable():
        raise BadAgentError(f"the name {name!r} holds a control character: leave it out")
    return text


class People:
    """Agents' records in Postgres. Each change is audited, and told to ``watch``, as one step."""

    def __init__(self, pool: Pool, by: str = "ccbot") -> None:
        """``by``: who makes the changes."""
        self._pool = pool
        self._by = by

    async def list(self) -> tuple[Agent, ...]:
        """All agents, by number."""
        async with connection(self._pool) as connected:
            return await _list(connected)

    async def get(self, number: str) -> Agent:
        """One agent; ``NoSuchAgentError`` if there is none."""
        async with connection(self._pool) as connected:
            return _found(await connected.fetchrow(sql("get_agent"), number), number)

    async def add(
        self, *, number: str, name: str, groups: Sequence[str], ha1: str, test: bool = False
    ) -> Agent:
        """A new agent; the number of one who was removed may be given again."""
        new = NewAgent(number=number, name=name, groups=groups, ha1=ha1, test=test)
        async with connection(self._pool) as connected, connected.transaction():
            agent = await add_agent(connected, new)
            await self._audit(connected, "agent.add", agent)
            return agent

    async def remove(self, number: str) -> Agent:
        """The agent works here no more; ``NoSuchAgentError`` if he did not."""
        return await self._changed("agent.remove", "remove_agent", number)

    async def set_password(self, number: str, ha1: str) -> Agent:
        """Another secret for the agent's phone; ``NoSuchAgentError`` if there is none such."""
        return await self._changed("agent.password", "set_agent_secret", number, ha1)

    async def set_token(self, number: str, token: str) -> Agent:
        """Another token for the API; ``NoSuchAgentError`` if there is none such."""
        return await self._changed("agent.token", "set_agent_token", number, token_digest(token))

    async def _changed(self, what: str, statement: str, number: str, *values: object) -> Agent:
        async with connection(self._pool) as connected, connected.transaction():
            agent = _found(await connected.fetchrow(sql(statement), number, *values), number)
            await self._audit(connected, what, agent)
            return agent

    async def _audit(self, connected: Connection, what: str, agent: Agent) -> None:
        """Phones of test calls come and go, and are nobody's."""
        if not agent.test:
            detail = {"name": agent.name, "groups": " ".join(agent.groups)}
            entry = AuditEntry(who=self._by, what=what, agent=agent.number, detail={**detail})
            await audit.append(connected, entry)


async def watch(
    url: str, on_agents: Callable[[tuple[Agent, ...]], Awaitable[None]], rng: Rng
) -> NoReturn:
    """Hand over all agents at once and after each change, for ever: see ``watching.watch``."""
    watched = Watched(what="agents are", channel=CHANNEL, read=_list)
    await watching.watch(url, watched, on_agents, rng)


async def add_agent(connected: Connection, new: NewAgent) -> Agent:
    """A new agent; ``BadAgentError`` if he cannot be, or if there is one of this number."""
    number, name = check_number(new.number), check_name(new.name)
    row = await connected.fetchrow(
        sql("add_agent"),
        number,
        name,
        [*new.groups],
        new.ha1,
        new.test,
        new.role,
        [*new.leads],
    )
    if row is None:
        raise NumberTakenError(
            f"agent {number} exists already: take another number, or remove that one first"
        )
    return _agent(row)


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
        role=Role(row["role"]),
        leads=tuple(row["leads"]),
        token_sha256=row["token_sha256"] or b"",
    )
