"""The door of the API: who asks, whether he may, what he asks for, and an answer in any case."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
import structlog
from aiohttp import web

from ccbot.core.kinds import Role
from ccbot.core.rights import Holder
from ccbot.store.people import Agent
from ccbot.store.pool import AWAY
from ccbot.store.tokens import token_digest
from ccbot.store.users import User
from ccbot.web.api.faults import ApiFault, forbidden, not_found, unauthorized, unprocessable
from ccbot.web.api.sound import Sound, send
from ccbot.web.api.table import Asked, Office, Query, Route, Words

ROOT = "/api/v1"
UNDER_WAY_MAX = 32
"""So many requests at once: calls come first on this machine."""
ANSWER_S_MAX = 10.0
BODY_S_MAX = 5.0
"""So long a body may take on its way."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_log = structlog.get_logger(__name__)

_Handle = Callable[[web.Request], Awaitable[web.Response | Sound]]


class Tokens:
    """The users by their tokens' digests; the tokens themselves are known to nobody."""

    def __init__(self) -> None:
        self._users: dict[bytes, User] | None = None
        self._agents: dict[bytes, User] = {}

    def know(self, users: Iterable[User]) -> None:
        """These users are all, from now on."""
        self._users = {user.token_sha256: user for user in users if user.token_sha256}

    def know_agents(self, agents: Iterable[Agent]) -> None:
        """These agents are all, from now on; each has the rights of one for himself."""
        with_token = (one for one in agents if one.token_sha256 and one.role is Role.AGENT)
        self._agents = {one.token_sha256: _as_user(one) for one in with_token}

    def user_of(self, header: str) -> User:
        """Who sends this ``Authorization``; a fault if nobody does."""
        if self._users is None:
            raise ApiFault(503, "not_yet", "users are not known yet: try again in a second")
        scheme, _, token = header.partition(" ")
        digest = token_digest(token.strip())
        user = self._users.get(digest) or self._agents.get(digest)
        if scheme.lower() != "bearer" or user is None:
            raise unauthorized()
        return user


def _as_user(agent: Agent) -> User:
    return User(
        name=agent.number,
        role=Role.AGENT,
        groups=(),
        phone=agent.number,
        token_sha256=agent.token_sha256,
        created_at=agent.created_at,
    )


class Door:
    """Makes handlers for aiohttp out of routes."""

    def __init__(self, office: Office, tokens: Tokens) -> None:
        self._office = office
        self._tokens = tokens
        self._under_way = 0

    def route_defs(self, table: Iterable[Route]) -> list[web.RouteDef]:
        """All routes, and an answer for every other address below ``ROOT``."""
        routes = [*table]
        paths = dict.fromkeys(route.path for route in routes)
        handles = [(one.method, one.path, self._to(one)) for one in routes]
        handles += [("*", path, self._wrong_method(routes, path)) for path in paths]
        handles.append(("*", "{rest:(/.*)?}", self._nowhere))
        return [
            web.route(method, ROOT + path, self._behind(handle)) for method, path, handle in handles
        ]

    def _behind(self, handle: _Handle) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            if self._under_way >= UNDER_WAY_MAX:
                return _problem(ApiFault(503, "busy", "too many requests are under way: try again"))
            self._under_way += 1
            try:
                async with asyncio.timeout(ANSWER_S_MAX):
                    made = await handle(request)
                return await send(request, made) if isinstance(made, Sound) else made
            except ApiFault as fault:
                return _problem(fault)
            except AWAY as problem:
                _log.warning("api: postgres is away", why=type(problem).__name__)
                line = "Postgres does not serve now: try again in some seconds"
                return _problem(ApiFault(503, "database_away", line))
            except Exception:  # noqa: BLE001 - whatever it is, there is an answer
                _log.exception("api: a fault of ours", method=request.method)
                return _problem(ApiFault(500, "failed", "a fault of ours: see the log of ccbot"))
            finally:
                self._under_way -= 1

        return answer

    def _to(self, route: Route) -> _Handle:
        async def handle(request: web.Request) -> web.Response | Sound:
            user = self._user(request)
            holder = Holder(role=user.role, groups=user.groups, agent=user.phone)
            try:
                return await self._for(user, holder, route, request)
            except ApiFault as fault:
                if fault.status == 403:
                    _log.warning("api: refused", user=user.name, route=route.path)
                raise

        return handle

    async def _for(
        self, user: User, holder: Holder, route: Route, request: web.Request
    ) -> web.Response | Sound:
        if holder.scope(route.right) is None:
            raise forbidden(route.right)
        numbers, words = _query(route, request)
        asked = Asked(
            office=self._office,
            user=user,
            holder=holder,
            right=route.right,
            path=request.match_info,
            body=await _body(route, request),
            numbers=numbers,
            words=words,
        )
        if route.method != "GET":
            _log.info("api", user=user.name, method=route.method, route=route.path)
        made = await route.handler(asked)
        return made if isinstance(made, Sound) else _json(200, made)

    def _user(self, request: web.Request) -> User:
        return self._tokens.user_of(request.headers.get("Authorization", ""))

    def _wrong_method(self, routes: Iterable[Route], path: str) -> _Handle:
        allowed = ", ".join(route.method for route in routes if route.path == path)

        async def handle(request: web.Request) -> web.Response:
            self._user(request)
            raise ApiFault(405, "wrong_method", f"this route knows {allowed} alone")

        return handle

    async def _nowhere(self, request: web.Request) -> web.Response:
        self._user(request)
        raise not_found(f"there is no such route: {ROOT}/openapi.json lists all")


def _query(
    route: Route, request: web.Request
) -> tuple[dict[str, int | None], dict[str, str | None]]:
    """The values of the query; a fault for what is none, or unknown."""
    known = {one.name for one in route.query}
    if unknown := [name for name in request.query if name not in known]:
        names = ", ".join(sorted(known)) or "none"
        raise unprocessable(f"{unknown[0]!r} is unknown here: parameters are {names}")
    numbers: dict[str, int | None] = {}
    words: dict[str, str | None] = {}
    for one in route.query:
        text = request.query.get(one.name)
        if isinstance(one, Query):
            numbers[one.name] = one.usual if text is None else _number(one, text)
        else:
            words[one.name] = one.usual if text is None else _word(one, text)
    return numbers, words


def _number(query: Query, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise unprocessable(f"{query.name}: must be a whole number")
    if not query.least <= int(text) <= query.most:
        raise unprocessable(f"{query.name}: must lie within {query.least} and {query.most}")
    return int(text)


def _word(query: Words, text: str) -> str:
    if not re.fullmatch(query.pattern, text, re.ASCII):
        raise unprocessable(f"{query.name}: {query.help}")
    return text


async def _body(route: Route, request: web.Request) -> Any:
    """The body as the route's type; a fault for what is not."""
    if route.body is None:
        return None
    raw = await _bytes(request, route.body_bytes_max)
    try:
        return msgspec.json.decode(raw, type=route.body)
    except msgspec.ValidationError as problem:
        raise unprocessable(str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise unprocessable(f"the body is no JSON: {problem}") from None


async def _bytes(request: web.Request, bytes_max: int) -> bytes:
    """The whole body; a fault if it is too large or too slow, or breaks off."""
    parts = bytearray()
    try:
        async with asyncio.timeout(BODY_S_MAX):
            async for part in request.content.iter_any():
                parts += part
                if len(parts) > bytes_max:
                    line = f"a body here has at most {bytes_max} bytes"
                    raise ApiFault(413, "too_large", line)
    except TimeoutError:
        line = f"the body did not come within {BODY_S_MAX:g} s"
        raise ApiFault(408, "too_slow", line) from None
    except (web.RequestPayloadError, ConnectionError) as problem:
        raise unprocessable(f"the body cannot be read: {problem}") from None
    return bytes(parts)


def _json(status: int, answer: object) -> web.Response:
    body = msgspec.json.encode(answer) + b"\n"
    return web.Response(body=body, status=status, content_type="application/json", headers=_HEADERS)


def _problem(fault: ApiFault) -> web.Response:
    response = _json(fault.status, fault.problem)
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if fault.status == 503:
        response.headers["Retry-After"] = "1"
    return response
