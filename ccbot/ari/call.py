"""One request: from typed parameters to HTTP's words, and back to a typed result."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote

import msgspec

from ccbot.ari.errors import error_for
from ccbot.ari.transport import Transport

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def quoted(part: str) -> str:
    """One part of a path: nothing in it can start another part."""
    return quote(part, safe="")


class Caller:
    """Carries out operations over a transport."""

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
        reply = await self._send(method, path, query, body)
        if result is bytes:
            return cast("T", reply)
        return cast("T", _decoder(result).decode(reply))

    async def _send(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> bytes:
        words = {name: _word(value) for name, value in query.items() if value is not None}
        sent = {name: value for name, value in (body or {}).items() if value is not None}
        reply = await self._transport.request(method, path, words, _encode(sent) if sent else None)
        if reply.status >= 400:
            raise error_for(reply.status, _reason(reply.body))
        return reply.body


def _decoder(result: Any) -> msgspec.json.Decoder[Any]:
    key = str(result)
    if key not in _decoders:
        _decoders[key] = msgspec.json.Decoder(result)
    return _decoders[key]


def _word(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ",".join(str(item) for item in value)
        case _:
            return str(value)


def _reason(body: bytes) -> str:
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body[:200].decode(errors="replace")
    if isinstance(said, dict):
        return str(said.get("message") or said.get("error") or said)
    return str(said)
