"""The dialplan alone, while ccbot is away: no caller hears silence, and no stranger gets in."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ccbot.embedded.asterisk import running_asterisk
from ccbot.phone import Phone, SoundBook
from ccbot.settings import PROJECT, read
from tests.asterisk.guests import TRUNK
from tests.asterisk.hotline import free_port


@pytest.fixture
async def sip_port(tmp_path: Path) -> AsyncIterator[int]:
    """The SIP port of an Asterisk without a ccbot."""
    port = free_port(socket.SOCK_DGRAM)
    settings = read(
        {
            "CCBOT_HOME": str(tmp_path),
            "CCBOT_SIP_BIND": f"127.0.0.1:{port}",
            "CCBOT_RTP_PORTS": "18000-18199",
        }
    )
    async with running_asterisk(settings, free_port(socket.SOCK_STREAM)):
        yield port


async def test_a_caller_hears_an_apology_within_two_seconds_and_then_music(sip_port: int) -> None:
    book = SoundBook.load([PROJECT / "dialplan/sounds/zh"], [PROJECT / "dialplan/music"])
    async with Phone(local=TRUNK, user="13800001111", sounds=book) as phone:
        call = await phone.dial(f"sip:10000@127.0.0.1:{sip_port}")
        await call.hears("away.apology", within_s=2)
        await call.hears_music(within_s=9)

        assert call.ears.longest_silence_s() < 3


async def test_the_trunks_name_alone_opens_nothing(sip_port: int) -> None:
    async with Phone(local="127.0.0.1", user="trunk") as phone:
        call = await phone.dial(f"sip:10000@127.0.0.1:{sip_port}")
        ending = await call.ended(within_s=5)

    assert ending.status == 401
