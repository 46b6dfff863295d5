"""The proxy does the harm that it is told to do, and no other."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.proxy import Proxy, proxy_to

WORD = b"a word"
SOON_S = 2.0
SILENCE_S = 0.2


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy before a server that echoes."""
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with proxy_to(server.sockets[0].getsockname()[1]) as between:
        yield between
    server.close()


class Client:
    """One connection to the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def says(self, data: bytes = WORD) -> None:
        self.writer.write(data)

    async def hears(self, count: int = len(WORD)) -> bytes:
        async with asyncio.timeout(SOON_S):
            return await self._reader.readexactly(count)

    async def hears_nothing(self) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SILENCE_S):
                await self._reader.read(1)

    async def is_cut_off(self) -> bytes:
        """What came before the end."""
        async with asyncio.timeout(SOON_S):
            return await self._reader.read()


@pytest_asyncio.fixture
async def client(proxy: Proxy) -> AsyncIterator[Client]:
    """A connection that works."""
    one = Client(*await asyncio.open_connection("127.0.0.1", proxy.port))
    one.says()
    assert await one.hears() == WORD
    yield one
    one.writer.close()


async def test_a_delay_comes_before_each_piece_both_ways(proxy: Proxy, client: Client) -> None:
    proxy.delay_s = 0.1
    began = time.monotonic()
    client.says()
    await client.hears()
    assert time.monotonic() - began >= 0.2


async def test_what_was_stalled_arrives_later(proxy: Proxy, client: Client) -> None:
    proxy.stall()
    client.says()
    await client.hears_nothing()
    proxy.heal()
    assert await client.hears() == WORD


async def test_a_reset_is_felt_as_one(proxy: Proxy, client: Client) -> None:
    assert proxy.reset() == 1
    with pytest.raises(ConnectionResetError):
        await client.is_cut_off()


async def test_only_those_that_are_meant_are_reset(proxy: Proxy, client: Client) -> None:
    assert proxy.reset(lambda link: link.is_event_socket) == 0
    client.says()
    assert await client.hears() == WORD


async def test_it_is_cut_in_the_middle(proxy: Proxy, client: Client) -> None:
    proxy.cut_down_after_bytes = len(WORD) + 3
    client.says()
    assert await client.is_cut_off() == WORD[:3]


async def test_what_is_said_is_cut_in_the_middle(proxy: Proxy, client: Client) -> None:
    proxy.cut_up_after_bytes = len(WORD) + 3
    client.says()
    assert await client.is_cut_off() in {WORD[:3], b""}
    assert proxy.cut == 1


async def test_a_black_hole_never_gives_anything_back(proxy: Proxy, client: Client) -> None:
    proxy.black_hole()
    client.says()
    await client.hears_nothing()
    proxy.heal()
    client.says()
    await client.hears_nothing()


async def test_a_server_that_is_away_closes_the_connection() -> None:
    async with proxy_to(1) as nowhere:
        lost = Client(*await asyncio.open_connection("127.0.0.1", nowhere.port))
        assert await lost.is_cut_off() == b""
        lost.writer.close()
