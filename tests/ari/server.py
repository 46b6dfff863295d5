"""A web server that stands in for Asterisk's: it remembers requests and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Seen(NamedTuple):
    """One request as it came over the wire."""

    method: str
    target: str
    authorization: str
    body: bytes
    connection: object


async def no_content(_request: web.Request) -> web.StreamResponse:
    """What Asterisk says when it has nothing to say."""
    return web.Response(status=204)


@dataclass(kw_only=True)
class Server:
    """The stand-in."""

    answer: Answer = no_content
    seen: list[Seen] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://ccbot:se%40cret@127.0.0.1:{self.port}"

    def connections(self) -> int:
        """How many connections the requests came over."""
        return len({id(one.connection) for one in self.seen})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(
            Seen(
                request.method,
                request.raw_path,
                request.headers.get("Authorization", ""),
                await request.read(),
                request.protocol,
            )
        )
        return await self.answer(request)

    async def silent(self, _request: web.Request) -> web.StreamResponse:
        """Never answer."""
        await self.closing.wait()
        return web.Response()


def says(status: int, body: str = "") -> Answer:
    """Always the same answer."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type="application/json")

    return answer


def break_connection(request: web.Request) -> web.StreamResponse:
    """Close the connection instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """A server on a port of its own."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        server.closing.set()
        await runner.cleanup()
