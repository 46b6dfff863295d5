"""What the centre tells of itself: ``/healthz``, ``/readyz`` and ``/metrics``."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


class Degraded(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not work as it should, although calls go on."""

    what: str
    why: str
    since: datetime | None


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether calls are taken, and what is degraded."""

    ready: bool
    degraded: list[Degraded]


def routes(readiness: Callable[[], Readiness], registry: CollectorRegistry) -> list[web.RouteDef]:
    """The three routes. They need no login: they tell nothing of customers or agents."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_request: web.Request) -> web.Response:
        state = readiness()
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
