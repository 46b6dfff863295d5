"""A phone's 302 reaches nothing: no channel comes of it, whatever it names."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ccbot.pbx.leg_log import LegLogFile
from tests.asterisk.guests import Guests
from tests.asterisk.hotline import Hotline

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
    with channels_made(guests.hotline) as made:
        await incoming.decline(302, contact=f"sip:{user}@{host}:{port}")
        next_one = await third.rings(within_s=10)
        call.hang_up()
        await next_one.cancelled(within_s=2)
        await guests.settled()

    assert len(made) == 1, "one channel, which rang the third phone"


@contextmanager
def channels_made(hotline: Hotline) -> Iterator[list[str]]:
    """The ids of all channels that begin inside the block, by Asterisk's own log of channels.

    Not by its events: an application that hears of everything (``subscribeAll``) and leaves while
    a phone's state changes stops Asterisk from ever subscribing to a phone again (asterisk#2170).
    """
    log = LegLogFile(hotline.home / "asterisk/log/legs.csv")
    while log.news():
        pass
    made: list[str] = []
    yield made
    while events := log.news():
        made.extend(event.leg for event in events if not event.ended)
