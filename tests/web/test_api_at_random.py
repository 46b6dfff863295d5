"""Whatever is sent to the API is answered in one line, and is never a fault of ours."""

import json
import random
from typing import Any
from urllib.parse import quote

import pytest

from ccbot.core.facts import ConsultEnded, encode
from ccbot.core.ids import CallId
from ccbot.web.api.routes import TABLE
from ccbot.web.api.table import Route
from tests.web.api_house import SERVICE, TECH, WANG, ZHAO, House

REQUESTS = 60
"""For each route."""

NASTY: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**63, 2**64, 1e308, "", " ", "x", "x" * 600, "\0", "a\0b", "\n",
    "\u202e", "\x1b[31m", "王芳", "1001", "2001", "8001", "tech", "service", "rest", "complaint",
    "listen", "' or 1=1 --", "../../etc/passwd", "company: 1", "[", "a: &a [*a]", [], {}, [1],
    {"a": 1}, "2026-02-30", "call-1",
]  # fmt: skip


SOUND = {"why": "试", "to_agent": "2001", "to_group": None, "reason": None, "agent": "2001"}
"""What makes sense, so that a request gets as far as what does not."""


def body_of(route: Route, rng: random.Random) -> object:
    assert route.body is not None
    fields = route.body.__struct_fields__
    if rng.random() < 0.05:
        return rng.choice(NASTY)
    made = {name: rng.choice(NASTY) for name in fields if rng.random() < 0.8}
    sound = {name: value for name, value in SOUND.items() if name in fields}
    return made | {name: value for name, value in sound.items() if rng.random() < 0.8}


def path_of(route: Route, rng: random.Random) -> str:
    def one(usual: str) -> str:
        return usual if rng.random() < 0.7 else quote(str(rng.choice(NASTY)), safe="") or "x"

    path = route.path.replace("{call}", one("call-1")).replace("{agent}", one("1001"))
    names = [query.name for query in route.query if rng.random() < 0.7]
    query = "&".join(f"{name}={quote(str(rng.choice(NASTY)))}" for name in names)
    return f"{path}?{query}" if query else path


@pytest.mark.parametrize("route", TABLE, ids=lambda one: f"{one.method} {one.path}")
async def test_nothing_that_is_sent_is_a_fault_of_ours(at_home: House, route: Route) -> None:
    rng = random.Random(f"{route.method} {route.path}")
    at_home.agent(WANG, SERVICE)
    at_home.talk(at_home.caller("call-1"))
    at_home.agent(ZHAO, TECH)
    for _ in range(REQUESTS):
        body = body_of(route, rng) if route.body else None
        path = path_of(route, rng)
        status, told = await at_home.ask("manager", route.method, path, body)
        at_home.desk.post(ConsultEnded(call=CallId("call-1"), agent=WANG))
        assert status in {200, 403, 404, 409, 413, 422}, (path, json.dumps(body), told)
        if status != 200:
            assert set(told) == {"error", "message"}
            assert told["message"].isprintable()
    for fact in at_home.facts:
        assert b"\\u0000" not in encode(fact)
