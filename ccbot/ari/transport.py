"""How requests and events travel: pooled HTTP for the one, a WebSocket for the other.

Nothing above this module knows of HTTP. A simulated Asterisk implements ``Transport`` as well.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

import aiohttp
from yarl import URL, Query

from ccbot.ari.errors import OutcomeUnknown

REQUEST_S_MAX = 5.0
"""A request that takes longer has an unknown outcome."""

CONNECTIONS_MAX = 32
"""Connections to Asterisk's HTTP server at once; more requests wait for one."""

IDLE_S_MAX = 10.0
"""An idle connection is closed by us before Asterisk does (``session_keep_alive``, 60 s)."""

PING_S = 2.0
"""How often the socket is probed; an unanswered probe closes it within half that time."""

FRAME_BYTES_MAX = 4 * 1024 * 1024
"""The largest event that is accepted."""

_IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})


class Reply(NamedTuple):
    """Asterisk's answer to a request."""

    status: int
    body: bytes


class Transport(Protocol):
    """A way to Asterisk."""

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Send a request. ``path`` is quoted already; ``OutcomeUnknown`` if no answer came."""
        ...

    def events(self, app: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """One event socket of an application; ``ConnectionError`` when it fails or is lost."""
        ...


class HttpTransport:
    """The way to a real Asterisk: ``async with HttpTransport(url) as transport``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._base = f"{parts.scheme}://{parts.hostname}:{parts.port}/ari"
        token = base64.b64encode(login.encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HttpTransport":
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=IDLE_S_MAX),
            timeout=aiohttp.ClientTimeout(total=REQUEST_S_MAX),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Send a request; one that may be repeated is, once, if the idle connection was closed."""
        try:
            return await self._send(method, path, query, body)
        except aiohttp.ServerDisconnectedError as problem:
            if method not in _IDEMPOTENT:
                raise OutcomeUnknown(f"{method} {path}: the connection broke") from problem
        return await self._send(method, path, query, body)

    async def _send(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        assert self._session is not None, "use it as a context manager"
        headers = {"Content-Type": "application/json"} if body is not None else {}
        url = URL(self._base + path, encoded=True).with_query(_as_query(query))
        try:
            async with self._session.request(method, url, data=body, headers=headers) as reply:
                return Reply(reply.status, await reply.read())
        except aiohttp.ServerDisconnectedError:
            raise
        except TimeoutError as problem:
            raise OutcomeUnknown(f"{method} {path}: no answer in {REQUEST_S_MAX} s") from problem
        except aiohttp.ClientError as problem:
            raise OutcomeUnknown(f"{method} {path}: {problem}") from problem

    @asynccontextmanager
    async def events(self, app: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """One WebSocket, probed every ``PING_S``."""
        assert self._session is not None, "use it as a context manager"
        url = URL(self._base + "/events").with_query({"app": app})
        try:
            async with asyncio.timeout(REQUEST_S_MAX):
                socket = await self._session.ws_connect(
                    url, heartbeat=PING_S, max_msg_size=FRAME_BYTES_MAX
                )
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise ConnectionError(f"no event socket: {problem!r}") from problem
        try:
            yield _frames(socket)
        finally:
            await socket.close()


async def _frames(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[bytes]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.data.encode()
    raise ConnectionError(f"the event socket was lost (close code {socket.close_code})")


def _as_query(query: Mapping[str, str]) -> Query:
    return dict(query)
