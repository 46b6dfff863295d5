"""One WebSocket over HTTP: frames come through, and a dead line is noticed."""

import asyncio

import pytest
from aiohttp import WSMsgType, web

from ccbot.ari.transport import HttpTransport, Limits
from tests.ari.server import Server, says

WAIT_S_MAX = 5.0
QUICK = Limits(ping_s=0.05, close_s_max=0.1)


async def test_frames_come_in_order_and_other_kinds_are_passed_over(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_str('{"n":"一"}')
        await line.send_bytes(b"binary")
        await line.send_str("two")
        await line.close()
        return line

    server.answer = answer
    got = []
    async with HttpTransport(server.url) as transport, transport.events("ccbot") as frames:
        with pytest.raises(ConnectionError, match="code 1000"):
            async for frame in frames:
                got.append(frame)  # noqa: PERF401 - it ends by an error
    assert got == ['{"n":"一"}'.encode(), b"two"]
    assert server.seen[0].target == "/ari/events?app=ccbot"
    assert server.seen[0].authorization.startswith("Basic ")


async def test_a_refused_or_absent_socket_is_a_connection_error(server: Server) -> None:
    server.answer = says(401)
    async with HttpTransport(server.url) as transport:
        with pytest.raises(ConnectionError, match="no event socket"):
            async with transport.events("ccbot"):
                pass
    async with HttpTransport("http://u:p@127.0.0.1:1") as transport:
        with pytest.raises(ConnectionError, match="no event socket"):
            async with transport.events("ccbot"):
                pass


async def test_a_handshake_without_an_answer_is_given_up_before_a_request_is(
    server: Server,
) -> None:
    server.answer = server.silent
    began_s = asyncio.get_running_loop().time()
    async with HttpTransport(server.url, Limits(handshake_s_max=0.1)) as transport:
        with pytest.raises(ConnectionError, match="no event socket"):
            async with transport.events("ccbot"):
                pass
    assert asyncio.get_running_loop().time() - began_s < Limits().request_s_max / 2


async def test_an_aborted_line_is_a_connection_error(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_str("one")
        assert request.transport is not None
        request.transport.abort()
        return line

    server.answer = answer
    async with HttpTransport(server.url) as transport, transport.events("ccbot") as frames:
        assert await anext(frames) == b"one"
        with pytest.raises(ConnectionError):
            await anext(frames)


async def test_a_line_that_answers_no_ping_is_lost_after_two(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse(autoping=False)
        await line.prepare(request)
        return await server.silent(request)

    server.answer = answer
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(WAIT_S_MAX), HttpTransport(server.url, QUICK) as transport:
        with pytest.raises(ConnectionError, match="2 pings were not answered"):
            async with transport.events("ccbot") as frames:
                await anext(frames)
    assert asyncio.get_running_loop().time() - began >= 3 * QUICK.ping_s


async def test_a_quiet_line_that_answers_pings_is_kept(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse(autoping=False)
        await line.prepare(request)
        for _ in range(6):  # three times as many as may be missed
            assert (await line.receive()).type is WSMsgType.PING
            await line.pong()
        await line.send_str("still here")
        return await server.silent(request)

    server.answer = answer
    async with (
        asyncio.timeout(WAIT_S_MAX),
        HttpTransport(server.url, QUICK) as transport,
        transport.events("ccbot") as frames,
    ):
        assert await anext(frames) == b"still here"


async def test_a_ping_from_the_other_end_is_answered(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse(autoping=False)
        await line.prepare(request)
        await line.ping(b"there?")
        reply = await line.receive()
        await line.send_str(f"{reply.type.name} {reply.data.decode()}")
        return line

    server.answer = answer
    async with HttpTransport(server.url) as transport, transport.events("ccbot") as frames:
        assert await anext(frames) == b"PONG there?"
