"""The company's own system, asked over HTTP who a caller is.

``GET url?caller=…&dialled=…`` answers 200 and a JSON object. Whatever else it does – nothing, too
late, another status, no JSON, a field of the wrong type, an answer without an end – is counted and
written down without the number, and the caller never hears of it.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Literal

import aiohttp
import msgspec
import structlog
from yarl import URL

from ccbot.core.customers import Known
from ccbot.core.routing_document import Lookup

log = structlog.get_logger()

BODY_BYTES_MAX = 16 * 1024
"""A longer answer is none."""
CONNECTIONS_MAX = 20
ASKED_MAX = 100
"""So many questions are open at once; further callers are not asked for."""
IDLE_S_MAX = 10.0
FAILURES_MAX = 5
"""After so many failures in a row nobody is asked for, for ``SKIP_S``; then once, to try."""
SKIP_S = 30.0

Result = Literal["ok", "timeout", "error", "refused"]
"""How a look-up ended; ``refused``: the system was not asked, since it fails or has too much."""


class _NoAnswerError(Exception):
    """What came is not an answer."""


class HttpCustomers:
    """Asks over pooled connections: ``async with HttpCustomers(count) as customers``."""

    def __init__(self, count: Callable[[Result], None]) -> None:
        self._count = count
        self._session: aiohttp.ClientSession | None = None
        self._asked = 0
        self._failures = 0
        self._skip_until_s = 0.0

    async def __aenter__(self) -> "HttpCustomers":
        self._session = aiohttp.ClientSession(
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=IDLE_S_MAX),
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

    async def known(self, lookup: Lookup, caller: str, dialled: str) -> Known | None:
        """What the company knows of the number; none if it does not say so in time."""
        if self._asked >= ASKED_MAX or self._is_skipped():
            self._count("refused")
            return None
        self._asked += 1
        try:
            async with asyncio.timeout(lookup.timeout_s):
                answer = await self._ask(URL(lookup.url), caller, dialled)
        except TimeoutError:
            self._failed("timeout", f"no answer in {lookup.timeout_s:g} s")
        except _NoAnswerError as problem:
            self._failed("error", str(problem))
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            self._failed("error", type(problem).__name__)  # its words may tell the number
        else:
            self._failures = 0
            self._count("ok")
            return answer
        finally:
            self._asked -= 1
        return None

    async def _ask(self, url: URL, caller: str, dialled: str) -> Known:
        assert self._session is not None, "use it as a context manager"
        asked = url.update_query(caller=caller, dialled=dialled)
        async with self._session.get(asked, allow_redirects=False) as reply:
            if reply.status != 200:
                raise _NoAnswerError(f"status {reply.status}")
            body = bytearray()
            async for part in reply.content.iter_any():
                body += part
                if len(body) > BODY_BYTES_MAX:
                    reply.close()
                    raise _NoAnswerError(f"more than {BODY_BYTES_MAX} bytes")
        try:
            return msgspec.json.decode(body, type=Known)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            raise _NoAnswerError(f"not the JSON object that was asked for: {problem}") from None

    def _is_skipped(self) -> bool:
        """Whether it failed too often of late. When the time is over, one caller is the trial."""
        if self._failures < FAILURES_MAX:
            return False
        now_s = asyncio.get_running_loop().time()
        if now_s < self._skip_until_s:
            return True
        self._skip_until_s = now_s + SKIP_S
        return False

    def _failed(self, result: Result, why: str) -> None:
        self._count(result)
        self._failures += 1
        self._skip_until_s = asyncio.get_running_loop().time() + SKIP_S
        log.warning("a look-up failed", why=why, in_a_row=self._failures)
