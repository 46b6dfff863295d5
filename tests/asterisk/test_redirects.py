"""A phone's 302 reaches nothing: no channel comes of it, whatever it names."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.asterisk.hotline import Guests

pytestmark = pytest.mark.xdist_group("centre 2")

ANOTHER_PHONE = ["p-1902", "1902"]
A_NUMBER = ["10000", "13800138000"]
TRUNK_LIKE = ["PJSIP%2Fp-1902", "PJSIP%2F13800138000%40trunk"]


@pytest.mark.parametrize("user", [*ANOTHER_PHONE, *A_NUMBER, *TRUNK_LIKE])
async def test_a_redirect_makes_no_channel_and_the_next_phone_rings(
    guests: Guests, user: str
) -> None:
    first = await guests.agent("1901")
    named = await guests.agent("1902", signed_in=False)
    third = await guests.agent("1903")
    call = await guests.caller()
    call.press("1")
    incoming = await first.rings(within_s=12)
    host, port = named.address
    async with channels_made(guests) as made:
        await incoming.decline(302, contact=f"sip:{user}@{host}:{port}")
        next_one = await third.rings(within_s=10)
        call.hang_up()
        await next_one.cancelled(within_s=2)

    assert [name.split("-")[1] for name in made] == ["1903"], made


@asynccontextmanager
async def channels_made(guests: Guests) -> AsyncIterator[list[str]]:
    """The names of all channels that begin inside the block, by Asterisk's own account."""
    names: list[str] = []
    url = f"{guests.hotline.ari_url}/ari/events?app=witness&subscribeAll=true"

    async def listen(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            event = json.loads(message.data)
            if event["type"] == "ChannelCreated":
                names.append(event["channel"]["name"])

    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url) as socket,
        asyncio.TaskGroup() as tasks,
    ):
        listening = tasks.create_task(listen(socket))
        yield names
        listening.cancel()
