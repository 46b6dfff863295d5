"""Published routing documents, and the watch that hands each to the running centre."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn

import asyncpg
import msgspec

from ccbot.clock import Rng
from ccbot.core.records.audited import AuditEntry
from ccbot.core.routing_document import RoutingDocument
from ccbot.store import audit, watching
from ccbot.store.pool import Connection, Pool, connection
from ccbot.store.sql import sql
from ccbot.store.watching import Watched

CHANNEL = "ccbot_routing"
LIST_MAX = 1_000
FIRST_WHO, FIRST_WHY = "ccbot", "first start"


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """That a version was published, without its text."""

    version: int
    at: datetime
    who: str
    why: str
    rollback_to: int | None = None


class Version(Published, frozen=True, kw_only=True):
    """One version of the routing document."""

    yaml: str
    """As it was published, comments included."""
    json: bytes
    """The same as the centre reads it."""

    def document(self) -> RoutingDocument:
        """``msgspec.ValidationError`` if this ccbot cannot read it."""
        return msgspec.json.decode(self.json, type=RoutingDocument)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be published."""

    yaml: str
    document: RoutingDocument
    who: str
    why: str
    rollback_to: int | None = None


class NoSuchVersionError(LookupError):
    """There is no such version."""

    def __init__(self, version: int) -> None:
        super().__init__(f"there is no version {version}: `routing history` shows all")


class OvertakenError(ValueError):
    """Somebody else published meanwhile."""

    def __init__(self, live: int) -> None:
        super().__init__(
            f"version {live} was published meanwhile: look at `routing diff`, then publish again"
        )


class RoutingVersions:
    """The versions in Postgres. Each publication is audited, and told to ``watch``, as one step."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def live(self) -> Version | None:
        """The version that is live; none before the first start."""
        async with connection(self._pool) as connected:
            return await _live(connected)

    async def get(self, version: int) -> Version:
        """One version; ``NoSuchVersionError`` if there is none."""
        async with connection(self._pool) as connected:
            row = await connected.fetchrow(sql("get_routing"), version)
        if row is None:
            raise NoSuchVersionError(version)
        return _version(row)

    async def history(self) -> tuple[Published, ...]:
        """The latest ``LIST_MAX`` versions, newest first."""
        async with connection(self._pool) as connected:
            rows = await connected.fetch(sql("list_routing"), LIST_MAX)
        return tuple(Published(**row) for row in rows)

    async def publish(self, draft: Draft, *, after: int) -> Version:
        """The draft goes live, if ``after`` is live now (0: none is); else ``OvertakenError``."""
        async with connection(self._pool) as connected, connected.transaction():
            await connected.execute(sql("lock_routing"))
            live = await _live(connected)
            if (live.version if live else 0) != after:
                raise OvertakenError(live.version if live else 0)
            return await _publish(connected, draft)


async def watch(
    url: str, first: Draft, on_live: Callable[[Version], Awaitable[None]], rng: Rng
) -> NoReturn:
    """Hand over the live version at once and after each publication, for ever.

    Where none was ever published, ``first`` is published now.
    """

    async def read(connected: Connection) -> Version:
        live = await _live(connected)
        if live is not None:
            return live
        async with connected.transaction():
            await connected.execute(sql("lock_routing"))
            return await _live(connected) or await _publish(connected, first)

    watched = Watched(what="routing is", channel=CHANNEL, read=read)
    await watching.watch(url, watched, on_live, rng)


async def _live(connected: Connection) -> Version | None:
    row = await connected.fetchrow(sql("live_routing"))
    return None if row is None else _version(row)


async def _publish(connected: Connection, draft: Draft) -> Version:
    json = msgspec.json.encode(draft.document).decode()
    row = await connected.fetchrow(
        sql("publish_routing"), draft.who, draft.why, draft.yaml, json, draft.rollback_to
    )
    assert row is not None
    detail = {"version": row["version"], "rollback_to": row["rollback_to"]}
    entry = AuditEntry(
        who=draft.who,
        what="routing.publish",
        why=draft.why,
        detail={name: value for name, value in detail.items() if value is not None},
    )
    await audit.append(connected, entry)
    return _version(row)


def _version(row: asyncpg.Record) -> Version:
    return Version(
        version=row["version"],
        at=row["at"],
        who=row["who"],
        why=row["why"],
        rollback_to=row["rollback_to"],
        yaml=row["yaml"],
        json=row["document"].encode(),
    )
