"""Watching something in Postgres: its present state at once, and again after each change."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

import structlog

from ccbot.clock import Rng
from ccbot.store.pool import AWAY, Connection, connect
from ccbot.store.sql import sql

RETRY_S_MIN = 0.1
RETRY_S_MAX = 5.0
PING_S = 5.0
"""How often the watch asks whether its connection still lives."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(Generic[T]):
    """What is watched: the channel that tells of changes, and how to read the present state."""

    what: str
    channel: str
    read: Callable[[Connection], Awaitable[T]]


async def watch(
    url: str, watched: Watched[T], on_state: Callable[[T], Awaitable[None]], rng: Rng
) -> NoReturn:
    """Hand over the state at once and after each change, for ever.

    Whatever was changed while the connection was lost is in the state that follows the next
    connect. Changes that come together may be handed over together. An error of ``on_state``
    ends the watch.
    """
    retry_s = RETRY_S_MIN
    while True:
        try:
            connected = await connect(url)
        except AWAY as problem:
            if retry_s == RETRY_S_MIN:
                _log.warning(f"{watched.what} not watched", why=repr(problem))
        else:
            retry_s = RETRY_S_MIN
            async with aclosing(_states(connected, watched)) as states:
                async for state in states:
                    await on_state(state)
        await asyncio.sleep(retry_s * (0.5 + rng.random() / 2))
        retry_s = min(retry_s * 2, RETRY_S_MAX)


async def _states(connected: Connection, watched: Watched[T]) -> AsyncGenerator[T, None]:
    """The state, and again after each change, until the connection fails."""
    changed = asyncio.Event()
    try:
        connected.add_termination_listener(lambda _: changed.set())
        # Listen first, then read: a change between the two is read, and told again.
        await connected.add_listener(watched.channel, lambda *_: changed.set())
        yield await watched.read(connected)
        while True:
            await _wait(changed, PING_S)
            if changed.is_set():
                changed.clear()
                yield await watched.read(connected)
            else:
                await connected.fetchval(sql("ping"))
    except AWAY as problem:
        _log.warning(f"{watched.what} not watched", why=repr(problem))
    finally:
        connected.terminate()


async def _wait(event: asyncio.Event, s_max: float) -> None:
    try:
        async with asyncio.timeout(s_max):
            await event.wait()
    except TimeoutError:
        return
