"""A centre whose Asterisk and Postgres stand apart, a faulty line to each of them."""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
from yarl import URL

from ccbot.embedded.asterisk import running_asterisk
from ccbot.embedded.process import Server as AsteriskServer
from ccbot.settings import read
from tests.asterisk.hotline import Hotline, free_port, running_hotline
from tests.asterisk.real_world import RealCaller, RealWorld
from tests.faults.proxy import Proxy, proxy_in_a_thread
from tests.faults.routing import faulty_routing
from tests.store.server import Server, migrate, running_server

LOOK_S = 0.01
START_S_MAX = 30.0
ROWS_S_MAX = 2.0


def tell(figure: str) -> None:
    """A figure that a test saw: ``--log-cli-level=info`` shows them."""
    logging.getLogger("faults").info("%s", figure)


async def until(so: Callable[[], Awaitable[bool]], *, within_s: float, what: str) -> float:
    """Wait until it is so; how long that took."""
    began = time.monotonic()
    while not await so():
        assert time.monotonic() - began < within_s, f"{what}: not within {within_s} s"
        await asyncio.sleep(LOOK_S)
    return time.monotonic() - began


@dataclass(frozen=True, kw_only=True)
class Apart:
    """The centre, and what can be done to it."""

    hotline: Hotline
    """Its addresses are those of the servers themselves: tests look past the proxies."""
    to_asterisk: Proxy
    to_postgres: Proxy
    postgres: Server

    @asynccontextmanager
    async def world(self) -> AsyncIterator[RealWorld]:
        """The people of one test; afterwards nothing is left in Asterisk."""
        async with self.hotline.guests() as guests:
            yield RealWorld(guests, guests.stack)

    async def kill(self) -> None:
        """``kill -9`` of ccbot; it stays away until ``starts``."""
        pid = self.hotline.pid_of("serve")
        assert pid is not None
        os.kill(self.hotline.up.pid, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        forgotten = self.hotline.is_forgotten_by_asterisk
        await until(forgotten, within_s=START_S_MAX, what="Asterisk knows")

    async def starts(self) -> float:
        """Let ccbot be started again; the moment of its start, on the loop's clock."""
        os.kill(self.hotline.up.pid, signal.SIGCONT)

        async def is_there() -> bool:  # the killed one, a zombie, has no command line any more
            return self.hotline.pid_of("serve") is not None

        await until(is_there, within_s=START_S_MAX, what="ccbot is started")
        return asyncio.get_running_loop().time()

    async def ready(self, *, within_s: float = START_S_MAX) -> float:
        """Wait until calls are taken."""
        return await until(self.hotline.is_ready, within_s=within_s, what="ready")

    async def not_ready(self, *, within_s: float) -> float:
        """Wait until /readyz says that no calls are taken."""

        async def is_not() -> bool:
            return not await self.hotline.is_ready()

        return await until(is_not, within_s=within_s, what="not ready")

    async def rows(
        self, callers: Iterable[str], *, within_s: float = ROWS_S_MAX
    ) -> list[dict[str, Any]]:
        """One row for each of these callers, in their order; waits until they are all there."""
        wanted = list(callers)
        query = (
            "select log.*, calls.caller from call_log log join calls using (call_id)"
            " where caller = any($1)"
        )
        connected = await asyncpg.connect(self.hotline.database_url)
        found: list[dict[str, Any]] = []

        async def are_there() -> bool:
            found[:] = [dict(row) for row in await connected.fetch(query, wanted)]
            return len(found) >= len(wanted)

        try:
            with suppress(AssertionError):
                await until(are_there, within_s=within_s, what="rows")
        finally:
            await connected.close()
        by_caller = {row["caller"]: row for row in found}
        lacking = [caller for caller in wanted if caller not in by_caller]
        assert not lacking, f"without a row after {within_s} s: {lacking}"
        assert len(found) == len(wanted), "two rows for one call"
        return [by_caller[caller] for caller in wanted]


def numbers(callers: Iterable[RealCaller]) -> list[str]:
    """From where they call."""
    return [caller.number for caller in callers]


@asynccontextmanager
async def _asterisk(home: Path, sip: int, ari: int) -> AsyncIterator[AsteriskServer]:
    rtp = 10_000 + (os.getpid() % 16) * 600
    settings = read(
        {
            "CCBOT_HOME": str(home),
            "CCBOT_SIP_BIND": f"127.0.0.1:{sip}",
            "CCBOT_RTP_PORTS": f"{rtp}-{rtp + 599}",
        }
    )
    async with running_asterisk(settings, ari) as server:
        yield server


@asynccontextmanager
async def running_apart(home: Path) -> AsyncIterator[Apart]:
    """Postgres and Asterisk by themselves, ccbot behind a proxy to each."""
    sip, ari = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(running_server())
        postgres.psql("create database ccbot")
        database = URL(postgres.url("ccbot"))
        migrate(str(database))
        asterisk = URL((await stack.enter_async_context(_asterisk(home, sip, ari))).url)
        assert database.port is not None
        to_postgres = await stack.enter_async_context(proxy_in_a_thread(database.port))
        to_asterisk = await stack.enter_async_context(proxy_in_a_thread(ari))
        running = running_hotline(
            home,
            faulty_routing(),
            CCBOT_SIP_BIND=f"127.0.0.1:{sip}",
            CCBOT_ARI_URL=str(asterisk.with_port(to_asterisk.port)),
            CCBOT_DATABASE_URL=str(database.with_port(to_postgres.port)),
        )
        hotline = await asyncio.to_thread(running.__enter__)
        try:
            yield Apart(
                hotline=replace(hotline, ari_url=str(asterisk), database_url=str(database)),
                to_asterisk=to_asterisk,
                to_postgres=to_postgres,
                postgres=postgres,
            )
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
