"""The event socket, kept open for ever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NoReturn

import structlog

from ccbot.ari.errors import AriError
from ccbot.ari.events import Event, MalformedFrame, Unknown, decode
from ccbot.ari.transport import Transport
from ccbot.clock import Rng

log = structlog.get_logger()

BACK_OFF_S_MIN = 0.1
BACK_OFF_S_MAX = 2.0
"""Waits between attempts to connect; each is doubled, and shortened by up to half by chance."""

OnEvent = Callable[[Event | Unknown], None]
"""Called for each event, in order, by the reader itself: it must neither wait nor raise."""

OnUp = Callable[[], Awaitable[None]]
"""Awaited after each connect, beside the reading; its ``AriError`` means: connect once more."""


class EventSocket:
    """Reads events and hands them on at once; a lost socket is opened again."""

    def __init__(self, transport: Transport, app: str, rng: Rng) -> None:
        self._transport = transport
        self._app = app
        self._rng = rng
        self._wait_s = BACK_OFF_S_MIN
        self.connected = False
        self.epoch = 0
        """Counts the connections so far."""
        self.events = 0
        """Counts the events read so far."""
        self.malformed = 0
        """Counts the frames that were no events."""

    async def run(self, on_event: OnEvent, on_up: OnUp, on_down: Callable[[], None]) -> NoReturn:
        """Keep one socket open; ``on_down`` is called once for each socket that was lost."""
        while True:
            why = await self._one_socket(on_event, on_up)
            if self.connected:
                self.connected = False
                log.warning("event socket lost", epoch=self.epoch, problem=why)
                on_down()
            else:
                log.info("event socket not open", problem=why)
            await asyncio.sleep(self._wait_s * (1 - self._rng.random() / 2))
            self._wait_s = min(self._wait_s * 2, BACK_OFF_S_MAX)

    async def _one_socket(self, on_event: OnEvent, on_up: OnUp) -> str:
        """Read one socket to its end, and say why it ended."""
        try:
            async with self._transport.events(self._app) as frames:
                self.connected = True
                self.epoch += 1
                return await self._read_and_set_up(frames, on_event, on_up)
        except OSError as problem:
            return str(problem)

    async def _read_and_set_up(
        self, frames: AsyncIterator[bytes], on_event: OnEvent, on_up: OnUp
    ) -> str:
        why = ""
        try:
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(self._up(on_up), name="event socket is up")
                why = await self._read(frames, on_event)
                up.cancel()
        except* AriError as problems:
            why = f"not set up: {problems.exceptions[0]}"
        return why

    async def _up(self, on_up: OnUp) -> None:
        await on_up()
        self._wait_s = BACK_OFF_S_MIN  # only a socket that could be set up was worth its name

    async def _read(self, frames: AsyncIterator[bytes], on_event: OnEvent) -> str:
        try:
            async for frame in frames:
                self._deliver(frame, on_event)
        except ConnectionError as problem:
            return str(problem)
        return "the event socket was closed"

    def _deliver(self, frame: bytes, on_event: OnEvent) -> None:
        try:
            event = decode(frame)
        except MalformedFrame as problem:
            self.malformed += 1
            log.warning("malformed event", problem=str(problem))
            return
        self.events += 1
        on_event(event)
