"""Requests over HTTP: what is sent, what is sent again, and what a failure is called."""

import asyncio
import base64
import socket

import pytest
from aiohttp import web

from ccbot.ari.errors import OutcomeUnknown, Unavailable
from ccbot.ari.transport import HttpTransport, Limits, Reply
from tests.ari.server import Server, break_connection, no_content, says

SHORT = Limits(request_s_max=0.2)


def breaking(*numbers: int, server: Server) -> None:
    """Break the connection at the n-th requests; the others are answered."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if len(server.seen) in numbers:
            return break_connection(request)
        return await no_content(request)

    server.answer = answer


async def test_a_request_carries_path_query_body_and_login(server: Server) -> None:
    server.answer = says(200, "{}")
    query = {"callerId": '"A B" <ccbot>', "appArgs": "a+b&c=ü,d/e"}
    async with HttpTransport(server.url) as transport:
        reply = await transport.request("POST", "/channels/a%2Fb", query, b'{"variables":{}}')
    assert reply == Reply(200, b"{}")
    [seen] = server.seen
    assert seen.target == (
        "/ari/channels/a%2Fb?callerId=%22A%20B%22%20%3Cccbot%3E&appArgs=a%2Bb%26c%3D%C3%BC%2Cd%2Fe"
    )
    assert seen.authorization == f"Basic {base64.b64encode(b'ccbot:se@cret').decode()}"
    assert seen.body == b'{"variables":{}}'


async def test_a_status_is_a_reply_and_no_failure(server: Server) -> None:
    server.answer = says(404, '{"message":"Channel not found"}')
    async with HttpTransport(server.url) as transport:
        reply = await transport.request("DELETE", "/channels/x", {}, None)
    assert reply == Reply(404, b'{"message":"Channel not found"}')


async def test_requests_in_turn_share_one_connection(server: Server) -> None:
    async with HttpTransport(server.url) as transport:
        for method in ("GET", "POST", "DELETE", "PUT", "POST"):
            await transport.request(method, "/x", {}, None)
    assert len(server.seen) == 5
    assert server.connections() == 1


async def test_no_more_connections_than_the_limit(server: Server) -> None:
    together = asyncio.Barrier(2)

    async def answer(request: web.Request) -> web.StreamResponse:
        await together.wait()
        return await no_content(request)

    server.answer = answer
    async with (
        HttpTransport(server.url, Limits(connections_max=2)) as transport,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(10):
            tasks.create_task(transport.request("GET", "/x", {}, None))
    assert server.connections() == 2


async def test_a_request_without_an_answer_has_an_unknown_outcome(server: Server) -> None:
    server.answer = server.silent
    async with HttpTransport(server.url, SHORT) as transport:
        with pytest.raises(OutcomeUnknown, match=r"POST /channels/x: no answer in 0.2 s"):
            await transport.request("POST", "/channels/x", {}, None)
    assert len(server.seen) == 1


async def test_an_answer_that_stops_half_way_has_an_unknown_outcome(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        return break_connection(request)

    server.answer = answer
    async with HttpTransport(server.url) as transport:
        with pytest.raises(OutcomeUnknown, match="connection lost"):
            await transport.request("GET", "/x", {}, None)


async def test_a_post_whose_connection_broke_is_never_sent_again(server: Server) -> None:
    breaking(2, server=server)
    async with HttpTransport(server.url) as transport:
        await transport.request("POST", "/x", {}, None)
        with pytest.raises(OutcomeUnknown, match="connection lost"):
            await transport.request("POST", "/x", {}, None)
    assert len(server.seen) == 2


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_may_be_repeated_is_sent_again_once(server: Server, method: str) -> None:
    breaking(2, server=server)
    async with HttpTransport(server.url) as transport:
        await transport.request(method, "/x", {}, None)
        assert await transport.request(method, "/x", {}, b"{}") == Reply(204, b"")
    assert [one.body for one in server.seen] == [b"", b"{}", b"{}"]


async def test_a_connection_that_breaks_twice_has_an_unknown_outcome(server: Server) -> None:
    breaking(2, 3, server=server)
    async with HttpTransport(server.url) as transport:
        await transport.request("DELETE", "/x", {}, None)
        with pytest.raises(OutcomeUnknown, match="connection lost"):
            await transport.request("DELETE", "/x", {}, None)
    assert len(server.seen) == 3


async def test_where_nobody_listens_asterisk_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with HttpTransport(f"http://u:p@127.0.0.1:{port}") as transport:
        with pytest.raises(Unavailable, match="cannot connect"):
            await transport.request("POST", "/x", {}, None)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8088", "ftp://u:p@h:1", "http://u:p@h", "http://u:p@h:x"]
)
def test_a_useless_address_is_refused_in_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="must be http://USER:PASSWORD@HOST:PORT") as caught:
        HttpTransport(url)
    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value)
