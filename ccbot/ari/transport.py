"""How requests and events travel: pooled HTTP for the one, a WebSocket for the other.

Nothing above this module knows of HTTP. A simulated Asterisk implements ``Transport`` as well.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol
from urllib.parse import quote, unquote, urlencode, urlsplit

import aiohttp
from yarl import URL

from ccbot.ari.errors import OutcomeUnknown, Unavailable

FRAME_BYTES_MAX = 4 * 1024 * 1024
"""The largest event that is accepted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long is waited, and how much is open at once."""

    request_s_max: float = 5.0
    """A request without an answer for so long has an unknown outcome."""
    connect_s_max: float = 2.0
    """Opening a connection takes no longer, else Asterisk is unavailable."""
    connections_max: int = 64
    """Connections for requests; more requests wait for one. Asterisk's limit is 1000."""
    handshake_s_max: float = 2.0
    """An event socket opens within milliseconds, or not at all: a swallowed attempt must not delay
    the next one by a request's limit."""
    idle_s_max: float = 10.0
    """An idle connection is closed by us before Asterisk does (15 s, 60 s in our http.conf)."""
    ping_s: float = 1.8
    """A socket silent for so long is pinged; it is given up after three times this, below 6 s."""
    pings_missed_max: int = 2
    """So many pings without a sign of life, and the socket counts as lost."""
    close_s_max: float = 0.5
    """So long may the other end take to say goodbye on the socket."""


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
    """The way to a real Asterisk: ``async with HttpTransport(url) as transport``.

    The URL is ``http://user:password@host:port``; the password travels in a header alone. A GET,
    PUT or DELETE whose connection broke is sent once more, since an idle connection may have been
    closed under it; a POST never is.
    """

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._base, authorization = _parsed(url)
        self._headers = {"Authorization": authorization}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HttpTransport":
        limits = self._limits
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(
                limit=limits.connections_max, keepalive_timeout=limits.idle_s_max
            ),
            timeout=aiohttp.ClientTimeout(
                total=limits.request_s_max, sock_connect=limits.connect_s_max
            ),
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
        """Send a request. ``Unavailable`` if it surely never left, ``OutcomeUnknown`` if it may.

        Sending once more what may be repeated is done by aiohttp.
        """
        assert self._session is not None, "use it as a context manager"
        headers = {"Content-Type": "application/json"} if body is not None else None
        url = self._url(path, query)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as reply:
                return Reply(reply.status, await reply.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise Unavailable(0, f"{method} {path}: cannot connect: {problem}") from problem
        except TimeoutError as problem:
            limit = self._limits.request_s_max
            raise OutcomeUnknown(f"{method} {path}: no answer in {limit:g} s") from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise OutcomeUnknown(f"{method} {path}: connection lost: {problem!r}") from problem

    @asynccontextmanager
    async def events(self, app: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """One WebSocket; it counts as lost when it does not even answer a ping."""
        assert self._session is not None, "use it as a context manager"
        try:
            async with asyncio.timeout(self._limits.handshake_s_max):
                socket = await self._session.ws_connect(
                    self._url("/events", {"app": app}),
                    timeout=aiohttp.ClientWSTimeout(ws_close=self._limits.close_s_max),
                    max_msg_size=FRAME_BYTES_MAX,
                    autoping=False,
                    decode_text=False,
                )
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise ConnectionError(f"no event socket: {problem!r}") from problem
        async with socket:
            yield _frames(socket, self._limits)

    def _url(self, path: str, query: Mapping[str, str]) -> URL:
        words = "?" + urlencode(query, quote_via=quote, safe="") if query else ""
        return URL(self._base + path + words, encoded=True)


def _parsed(url: str) -> tuple[str, str]:
    """The address of ARI, and the value of the Authorization header."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port:
        raise ValueError(
            "the ARI URL cannot be used: it must be http://USER:PASSWORD@HOST:PORT, "
            "such as http://ccbot:secret@127.0.0.1:8088"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    token = base64.b64encode(login.encode()).decode()
    return f"{parts.scheme}://{host}:{port}/ari", f"Basic {token}"


async def _frames(
    socket: "aiohttp.ClientWebSocketResponse[bool]", limits: Limits
) -> AsyncIterator[bytes]:
    missed = 0
    while True:
        try:
            message = await socket.receive(timeout=limits.ping_s)
        except TimeoutError:
            if missed == limits.pings_missed_max:
                raise ConnectionError(f"{missed} pings were not answered") from None
            missed += 1
            await socket.ping()
            continue
        missed = 0
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                yield message.data
            case aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            case aiohttp.WSMsgType.PONG | aiohttp.WSMsgType.BINARY:
                pass
            case _:
                raise ConnectionError(f"closed with code {socket.close_code}")
