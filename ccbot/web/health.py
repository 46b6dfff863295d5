"""What the centre tells of itself: ``/healthz``, ``/readyz`` and ``/metrics``."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ccbot.store.writer import WriterState


class Degraded(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not work as it should, although calls go on."""

    what: str
    why: str
    since: datetime | None


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether calls are taken, and what is degraded."""

    ready: bool
    degraded: list[Degraded]


def readiness(state: WriterState, *, connected: bool, more: Sequence[Degraded] = ()) -> Readiness:
    """How it stands: ``connected`` to Asterisk, and with the log in this state; and what others
    have found to be degraded.

    Facts that were lost stay a degradation until the next start: calls may lack their rows.
    """
    degraded = []
    if not connected:
        degraded.append(Degraded(what="asterisk", why="no connection", since=None))
    if state.degraded_since is not None:
        why = state.degraded_why or "unknown"
        degraded.append(Degraded(what="postgres", why=why, since=state.degraded_since))
    if state.lost:
        why = f"{state.lost} facts are in the program's log alone: {state.lost_why}"
        degraded.append(Degraded(what="outbox", why=why, since=state.lost_since))
    return Readiness(ready=connected, degraded=[*degraded, *more])


def routes(present: Callable[[], Readiness], registry: CollectorRegistry) -> list[web.RouteDef]:
    """The three routes. They need no login: they tell nothing of customers, and of agents the
    numbers alone, each with its network's quality.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_request: web.Request) -> web.Response:
        state = present()
        return web.Response(
            body=msgspec.json.encode(state) + b"\n",
            status=200 if state.ready else 503,
            content_type="application/json",
        )

    async def metrics(_request: web.Request) -> web.Response:
        response = web.Response(body=generate_latest(registry))
        response.headers["Content-Type"] = CONTENT_TYPE_LATEST
        return response

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
    ]
