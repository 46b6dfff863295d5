"""The table of all routes of the API; each names the right that opens it."""

from typing import Any

from aiohttp import web

from ccbot.core.rights import Right
from ccbot.web.api import (
    agents,
    audit,
    calls,
    me,
    queue,
    recordings,
    reports,
    routing,
    supervision,
    talks,
)
from ccbot.web.api.door import ROOT, Door, Tokens
from ccbot.web.api.openapi import document
from ccbot.web.api.table import Asked, Office, Route


async def openapi(_asked: Asked[None]) -> dict[str, Any]:
    """All of this, for programs."""
    return document(ROOT, TABLE)


TABLE: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/openapi.json",
        right=Right.OWN_READ,
        handler=openapi,
        summary="This document",
        answer=dict[str, Any],
    ),
    *me.ROUTES,
    *calls.ROUTES,
    *talks.ROUTES,
    *queue.ROUTES,
    *supervision.ROUTES,
    *agents.ROUTES,
    *recordings.ROUTES,
    *routing.ROUTES,
    *reports.ROUTES,
    *audit.ROUTES,
)


def api_routes(office: Office, tokens: Tokens) -> list[web.RouteDef]:
    """The API, for the service's own server."""
    return Door(office, tokens).route_defs(TABLE)
