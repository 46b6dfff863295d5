"""A TCP proxy that does harm: it delays, stalls, swallows, cuts and resets."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import TypeVar

CHUNK_BYTES = 65_536
CONTROL_S_MAX = 5.0
T = TypeVar("T")
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST at once."""


@dataclass(eq=False, slots=True)
class Link:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    is_event_socket: bool = False
    """It carries ARI's events; it may have carried requests before."""
    swallows: bool = False
    """A black hole: all that either side says is lost, and neither side is told."""
    up_bytes: int = 0
    """So much has the client said."""
    down_bytes: int = 0
    """So much has the server said."""

    def reset(self) -> None:
        """RST to both sides."""
        for writer in (self.client, self.server):
            connected: socket.socket | None = writer.get_extra_info("socket")
            if connected is not None and connected.fileno() >= 0:
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


def every(_link: Link) -> bool:
    """All connections."""
    return True


class Proxy:
    """Hands on what comes at ``port`` to a server, as badly as it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self.delay_s = 0.0
        """Before each piece is handed on, either way."""
        self.swallows = False
        """New connections are black holes from the start; ``black_hole`` also takes the old."""
        self.cut_down_after_bytes: int | None = None
        """A connection ends when the server has said so much; the client gets that much."""
        self.cut_up_after_bytes: int | None = None
        """A connection ends when the client has said so much; the server gets that much."""
        self.cut = 0
        """Counts the connections that were cut so."""
        self.opened = 0
        """Counts the event sockets."""
        self.links: set[Link] = set()
        self._loop = asyncio.get_running_loop()
        self._to = (host, port)
        self._flowing = asyncio.Event()
        self._flowing.set()

    def stall(self) -> None:
        """Nothing is handed on, nor lost, until ``heal``."""
        self._there(self._flowing.clear)

    def black_hole(self, which: Callable[[Link], bool] = every) -> None:
        """These connections fall silent for ever, and new ones until ``heal``."""

        def swallow() -> None:
            self.swallows = True
            for link in filter(which, self.links):
                link.swallows = True

        self._there(swallow)

    def reset(self, which: Callable[[Link], bool] = every) -> int:
        """Reset these connections; how many there were."""

        def reset() -> int:
            found = [link for link in self.links if which(link)]
            for link in found:
                link.reset()
            return len(found)

        return self._there(reset)

    def heal(self) -> None:
        """From now on a good proxy. What was swallowed stays lost."""
        self.delay_s, self.swallows = 0.0, False
        self.cut_down_after_bytes = self.cut_up_after_bytes = None
        self._there(self._flowing.set)

    def _there(self, what: Callable[[], T]) -> T:
        """Do it in the proxy's own loop, and wait until it is done."""
        if asyncio.get_running_loop() is self._loop:
            return what()

        async def done() -> T:
            return what()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(CONTROL_S_MAX)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client is there."""
        try:
            upstream, server = await asyncio.open_connection(*self._to)
        except OSError:
            writer.close()
            return
        link = Link(writer, server, swallows=self.swallows)
        self.links.add(link)
        try:
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(self._carry_up(link, reader))
                down = tasks.create_task(self._carry_down(link, upstream))
                up.add_done_callback(lambda _: down.cancel())
                down.add_done_callback(lambda _: up.cancel())
        finally:
            self.links.discard(link)
            for side in (writer, server):
                side.close()

    async def _carry_up(self, link: Link, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if data.startswith(b"GET /ari/events"):
                    link.is_event_socket = True
                    self.opened += 1
                passed = _up_to(self.cut_up_after_bytes, link.up_bytes, data)
                link.up_bytes += len(data)
                await self._hand_on(link, passed, link.server)
                if len(passed) < len(data):
                    self.cut += 1
                    return

    async def _carry_down(self, link: Link, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                passed = _up_to(self.cut_down_after_bytes, link.down_bytes, data)
                link.down_bytes += len(data)
                await self._hand_on(link, passed, link.client)
                if len(passed) < len(data):
                    self.cut += 1
                    return

    async def _hand_on(self, link: Link, data: bytes, to: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if not link.swallows:
            to.write(data)
            await to.drain()


def _up_to(limit: int | None, before: int, data: bytes) -> bytes:
    """What of the data lies within the limit, after so much before it."""
    return data if limit is None else data[: max(0, limit - before)]


@asynccontextmanager
async def proxy_to(port: int, host: str = "127.0.0.1") -> AsyncIterator[Proxy]:
    """A good proxy, for the length of the block."""
    proxy = Proxy(host, port)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.heal()
        while proxy.links:
            proxy.reset()
            await asyncio.sleep(0)


@asynccontextmanager
async def proxy_in_a_thread(port: int) -> AsyncIterator[Proxy]:
    """A good proxy with a loop of its own.

    In a loop that it shares with many listening phones each request of ccbot would wait for them.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name=f"proxy to {port}")
    thread.start()
    stack = AsyncExitStack()
    try:
        opening = asyncio.run_coroutine_threadsafe(stack.enter_async_context(proxy_to(port)), loop)
        yield await asyncio.wrap_future(opening)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stack.aclose(), loop))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join, CONTROL_S_MAX)
        loop.close()
