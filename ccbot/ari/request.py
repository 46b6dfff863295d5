"""One request: from typed parameters to HTTP's words, and back to a typed result."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote

import msgspec

from ccbot.ari.errors import Unreadable, error_for
from ccbot.ari.transport import Transport

T = TypeVar("T")

REASON_CHARS_MAX = 200
"""So much of an error page that is not JSON goes into the error's message."""

_encode = msgspec.json.Encoder().encode
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}


def quoted(part: str) -> str:
    """One part of a path: nothing in it can start another part."""
    if part in {".", ".."}:
        return part.replace(".", "%2E")
    return quote(part, safe="")


class Requester:
    """Carries out operations over a transport. ``None`` among parameters is not sent.

    An operation that was begun is carried through: whoever is cancelled meanwhile leaves when its
    outcome is known, or after the transport's time limit. So what is asked next, and be it to undo
    the operation, can never overtake it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def order(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> None:
        """An operation without a result; a refusal is raised as its ``AriError``."""
        await self._send(method, path, query, body)

    async def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None,
        result: type[T],
    ) -> T:
        """An operation's decoded result; a refusal is raised as its ``AriError``."""
        status, reply = await self._send(method, path, query, body)
        if result is bytes:
            return cast("T", reply)
        try:
            return cast("T", _decoder(result).decode(reply))
        except msgspec.DecodeError as problem:
            raise Unreadable(status, f"{method} {path}: {problem}") from problem

    async def _send(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        words = {name: _word(value) for name, value in query.items() if value is not None}
        sent = {name: value for name, value in (body or {}).items() if value is not None}
        body_sent = _encode(sent) if sent else None
        reply = await carried_through(self._transport.request(method, path, words, body_sent))
        if reply.status >= 300:
            raise error_for(reply.status, _reason(reply.body))
        return reply.status, reply.body


async def carried_through(
    work: Coroutine[Any, Any, T], *, leave: Callable[[], bool] = lambda: False
) -> T:
    """Await to the end, even when cancelled; then the cancellation goes on.

    Whoever is cancelled when ``leave()`` is true leaves at once, and the work goes on alone.
    """
    task = asyncio.get_running_loop().create_task(work)
    _under_way.add(task)
    task.add_done_callback(_is_over)
    cancelled: asyncio.CancelledError | None = None
    while not task.done() and not (cancelled and leave()):
        try:
            await asyncio.wait({task})  # noqa: TID251 - the one way to wait without cancelling
        except asyncio.CancelledError as request:
            cancelled = request
    if cancelled is None:
        return task.result()
    raise cancelled


_under_way: set[asyncio.Task[Any]] = set()
"""The loop alone would not hold those whom nobody awaits."""


def _is_over(task: asyncio.Task[Any]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # perhaps nobody is there to hear of it


def _decoder(result: Any) -> msgspec.json.Decoder[Any]:
    key = str(result)
    if key not in _decoders:
        _decoders[key] = msgspec.json.Decoder(result)
    return _decoders[key]


def _word(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() | tuple():
            return ",".join(str(item) for item in value)
        case _:
            return str(value)


def _reason(body: bytes) -> str:
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body[:REASON_CHARS_MAX].decode(errors="replace")
    if isinstance(said, dict):
        return str(said.get("message") or said.get("error") or said)
    return str(said)
