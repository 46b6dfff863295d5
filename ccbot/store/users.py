"""Users' records: team leaders, supervisors, managers and admins, and their tokens' digests."""

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
from ccbot.store.people import NewAgent, add_agent, check_name
from ccbot.store.pool import Connection, Pool, connection
from ccbot.store.sql import sql
from ccbot.store.tokens import token_digest
from ccbot.store.watching import Watched

CHANNEL = "ccbot_users"
NAME_CHARS_MAX = 64

EVERYWHERE = (Role.MANAGER, Role.ADMIN)
"""Roles that hold in all groups."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may use the API."""

    name: str
    role: Role
    groups: tuple[GroupKey, ...]
    """Where the role holds; empty: in all groups."""
    phone: AgentId | None
    """The agent number of his own phone."""
    token_sha256: bytes
    """Digest of the bearer token, which itself is stored nowhere; empty once removed."""
    created_at: datetime


class OwnPhone(msgspec.Struct, frozen=True, kw_only=True):
    """The phone that a new user gets."""

    number: str
    ha1: str
    serves: tuple[GroupKey, ...] = ()
    """Groups whose calls he takes himself."""


class BadUserError(ValueError):
    """A user cannot be as asked for; the message says what is wrong and how to mend it."""


class NoSuchUserError(LookupError):
    """No user of this name works here."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no user {name!r}: `user list` shows who there is")


class Users:
    """Users' records in Postgres. Each change is audited, and told to ``watch``, as one step."""

    def __init__(self, pool: Pool, by: str = "ccbot") -> None:
        """``by``: who makes the changes."""
        self._pool = pool
        self._by = by

    async def list(self) -> tuple[User, ...]:
        """All users, by name."""
        async with connection(self._pool) as connected:
            return await _list(connected)

    async def add(
        self, *, name: str, role: Role, groups: Sequence[str], token: str, phone: OwnPhone | None
    ) -> User:
        """A new user, with his phone; the name of one who was removed may be given again.

        ``BadUserError``, ``BadAgentError``: one of the two cannot be, and there is neither.
        """
        name = check_user_name(name)
        async with connection(self._pool) as connected, connected.transaction():
            if phone is not None:
                new = NewAgent(
                    number=phone.number,
                    name=name,
                    groups=phone.serves,
                    ha1=phone.ha1,
                    role=role,
                    leads=groups,
                )
                await add_agent(connected, new)
            number = phone.number if phone else None
            digest = token_digest(token)
            row = await connected.fetchrow(sql("add_user"), name, role, [*groups], number, digest)
            if row is None:
                raise BadUserError(
                    f"user {name!r} exists already: take another name, or remove that one first"
                )
            user = _user(row)
            await self._audit(connected, "user.add", user)
            return user

    async def remove(self, name: str) -> User:
        """The user and his phone are gone; ``NoSuchUserError`` if there was none."""
        async with connection(self._pool) as connected, connected.transaction():
            user = _found(await connected.fetchrow(sql("remove_user"), name), name)
            if user.phone is not None:
                await connected.fetchrow(sql("remove_agent"), user.phone)
            await self._audit(connected, "user.remove", user)
            return user

    async def set_token(self, name: str, token: str) -> User:
        """Another token; ``NoSuchUserError`` if there is no such user."""
        async with connection(self._pool) as connected, connected.transaction():
            row = await connected.fetchrow(sql("set_user_token"), name, token_digest(token))
            user = _found(row, name)
            await self._audit(connected, "user.token", user)
            return user

    async def _audit(self, connected: Connection, what: str, user: User) -> None:
        detail = {"user": user.name, "role": user.role.value, "groups": " ".join(user.groups)}
        entry = AuditEntry(who=self._by, what=what, agent=user.phone, detail={**detail})
        await audit.append(connected, entry)


def check_user_name(name: str) -> str:
    """The name without surrounding space, if it can be a user's; else ``BadAgentError``.

    One of digits alone would be taken for an agent's number on the audit trail.
    """
    text = check_name(name)
    if text.isdecimal():
        raise BadUserError(f"the name {text!r} is a number, as agents have: take letters, too")
    if len(text) > NAME_CHARS_MAX:
        raise BadUserError(f"the name is longer than {NAME_CHARS_MAX} characters: shorten it")
    return text


async def watch(
    url: str, on_users: Callable[[tuple[User, ...]], Awaitable[None]], rng: Rng
) -> NoReturn:
    """Hand over all users at once and after each change, for ever: see ``watching.watch``."""
    watched = Watched(what="users are", channel=CHANNEL, read=_list)
    await watching.watch(url, watched, on_users, rng)


def dump_users(users: Sequence[User]) -> bytes:
    """Users as a checkpoint's value, to know them without Postgres."""
    return msgspec.json.encode(users)


def load_users(value: bytes) -> tuple[User, ...]:
    """The users that ``dump_users`` wrote."""
    return msgspec.json.decode(value, type=tuple[User, ...])


async def _list(connected: Connection) -> tuple[User, ...]:
    return tuple(_user(row) for row in await connected.fetch(sql("list_users")))


def _found(row: asyncpg.Record | None, name: str) -> User:
    if row is None:
        raise NoSuchUserError(name)
    return _user(row)


def _user(row: asyncpg.Record) -> User:
    return User(
        name=row["name"],
        role=Role(row["role"]),
        groups=tuple(row["groups"]),
        phone=row["phone"],
        token_sha256=row["token_sha256"] or b"",
        created_at=row["created_at"],
    )
