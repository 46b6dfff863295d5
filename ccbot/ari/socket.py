"""The event socket, kept open for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

from ccbot.ari.events import Event, MalformedFrame, Unknown, decode
from ccbot.ari.transport import Transport
from ccbot.clock import Rng

log = structlog.get_logger()

BACK_OFF_S_MIN = 0.1
BACK_OFF_S_MAX = 2.0
"""Waits between attempts to connect; each is doubled, and shortened by up to half by chance."""


class EventSocket:
    """Reads events and hands them on at once; a lost socket is opened again."""

    def __init__(self, transport: Transport, app: str, rng: Rng) -> None:
        self._transport = transport
        self._app = app
        self._rng = rng
        self.connected = False
        self.epoch = 0
        """Counts the connections so far."""
        self.malformed = 0

    async def run(
        self,
        on_event: Callable[[Event | Unknown], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[], None],
    ) -> NoReturn:
        """Keep one socket open. ``on_up`` runs beside the reading, which never waits for it."""
        wait = BACK_OFF_S_MIN
        while True:
            try:
                await self._one_socket(on_event, on_up)
            except (ConnectionError, OSError) as problem:
                if self.connected:
                    wait = BACK_OFF_S_MIN
                    log.warning("event socket lost", problem=str(problem))
            if self.connected:
                self.connected = False
                on_down()
            await asyncio.sleep(wait * (1 - self._rng.random() / 2))
            wait = min(wait * 2, BACK_OFF_S_MAX)

    async def _one_socket(
        self,
        on_event: Callable[[Event | Unknown], None],
        on_up: Callable[[], Awaitable[None]],
    ) -> None:
        async with self._transport.events(self._app) as frames:
            self.connected = True
            self.epoch += 1
            async with asyncio.TaskGroup() as group:
                up = group.create_task(_as_coroutine(on_up), name="event socket is up")
                try:
                    async for frame in frames:
                        self._read(frame, on_event)
                    raise ConnectionError("the event socket was closed")  # noqa: TRY301
                except ConnectionError as problem:
                    lost = problem
                    up.cancel()
            raise lost

    def _read(self, frame: bytes, on_event: Callable[[Event | Unknown], None]) -> None:
        try:
            event = decode(frame)
        except MalformedFrame as problem:
            self.malformed += 1
            log.warning("malformed event", problem=str(problem))
            return
        on_event(event)


async def _as_coroutine(work: Callable[[], Awaitable[None]]) -> None:
    await work()
