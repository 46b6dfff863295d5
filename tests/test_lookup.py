"""The company's own system over real HTTP: slow, wrong, away, or without an end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from ccbot import lookup as asking
from ccbot.core.customers import Known
from ccbot.core.routing_document import Lookup
from ccbot.lookup import FAILURES_MAX, HttpCustomers

NUMBER = "+8613800001234"
NEVER_S = 30.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Company:
    """A running system that answers as a test wants it to, and whoever asks it."""

    url: str
    handler: Handler
    queries: list[Mapping[str, str]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    async def asked(self, customers: HttpCustomers, timeout_s: float = 2.0) -> Known | None:
        return await customers.known(Lookup(url=self.url, timeout_s=timeout_s), NUMBER, "10000")


def says(text: str, status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type="application/json")

    return handler


async def keeps_silent(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(NEVER_S)
    return web.Response(text="{}")


async def never_ends(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 1024)


async def drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


async def sends_elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere")


@asynccontextmanager
async def company(handler: Handler) -> AsyncIterator[tuple[Company, HttpCustomers]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        there.queries.append(dict(request.query))
        return await there.handler(request)

    application = web.Application()
    application.router.add_get("/customers", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    there = Company(f"http://127.0.0.1:{port}/customers?key=a%20b", handler)
    try:
        async with HttpCustomers(there.results.append) as customers:
            yield there, customers
    finally:
        await runner.cleanup()


async def test_whom_the_company_knows_is_known_and_new_fields_do_no_harm() -> None:
    everything = (
        '{"customer": "王", "vip": true, "language": "en", "preferred_agent": "1001", "x": 1}'
    )
    async with company(says(everything)) as (there, customers):
        assert await there.asked(customers) == Known(
            customer="王", vip=True, language="en", preferred_agent="1001"
        )
        assert there.queries == [{"key": "a b", "caller": NUMBER, "dialled": "10000"}]


@pytest.mark.parametrize("text", ["{}", '{"vip": null, "language": null}'])
async def test_every_field_may_be_missing(text: str) -> None:
    async with company(says(text)) as (there, customers):
        assert await there.asked(customers) == Known()
        assert there.results == ["ok"]


WRONG: dict[str, Handler] = {
    "a wrong type": says('{"vip": "yes"}'),
    "no language": says('{"language": "English"}'),
    "no agent's number": says('{"preferred_agent": 1001}'),
    "too long a name": says('{"customer": "' + "x" * 201 + '"}'),
    "a NUL in a name": says('{"customer": "\\u0000"}'),
    "a list": says("[]"),
    "too deep": says('{"x": ' + "[" * 8000 + "]" * 8000 + "}"),
    "no JSON": says("<html>"),
    "nothing": says(""),
    "no UTF-8": lambda request: _bytes(b'{"customer": "\xff"}'),
    "not found": says("{}", 404),
    "broken": says("{}", 500),
    "a redirect": sends_elsewhere,
    "no end": never_ends,
}


async def _bytes(body: bytes) -> web.StreamResponse:
    return web.Response(body=body, content_type="application/json")


@pytest.mark.parametrize("handler", WRONG.values(), ids=WRONG)
async def test_a_wrong_answer_is_none_and_the_log_does_not_tell_the_number(
    handler: Handler,
) -> None:
    async with company(handler) as (there, customers):
        with capture_logs() as logs:
            assert await there.asked(customers) is None
        assert there.results == ["error"]
        [line] = logs
        assert line["event"] == "a look-up failed"
        assert "1380000" not in str(line)


@pytest.mark.parametrize("handler", [keeps_silent, drips])
async def test_who_is_slow_is_not_waited_for(handler: Handler) -> None:
    async with company(handler) as (there, customers):
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        assert await there.asked(customers, timeout_s=0.2) is None
        assert 0.2 <= loop.time() - began_s < 1.5
        assert there.results == ["timeout"]


async def test_who_is_away_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        there = Company(url, keeps_silent)
        async with HttpCustomers(there.results.append) as customers:
            assert await there.asked(customers) is None
    assert there.results == ["error"]


async def test_who_fails_often_is_left_alone_for_a_while_and_then_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with company(says("{}", 500)) as (there, customers):
        for _ in range(FAILURES_MAX + 3):
            await there.asked(customers)
        assert there.results == ["error"] * FAILURES_MAX + ["refused"] * 3
        assert len(there.queries) == FAILURES_MAX

        monkeypatch.setattr(asking, "SKIP_S", 0.05)
        customers._skip_until_s = 0.0
        there.results.clear()
        await there.asked(customers)
        await there.asked(customers)
        assert there.results == ["error", "refused"]

        await asyncio.sleep(0.06)
        there.handler = says("{}")
        await there.asked(customers)
        await there.asked(customers)
        assert there.results[2:] == ["ok", "ok"]


async def test_no_more_than_so_many_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ASKED_MAX", 2)
    async with company(keeps_silent) as (there, customers):
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(there.asked(customers, timeout_s=0.2))
        assert sorted(there.results) == ["refused", "timeout", "timeout"]
