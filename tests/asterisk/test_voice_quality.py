"""A phone whose packets get lost: what Asterisk makes of it, and what comes on record."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ccbot.core.line_quality import MES_MIN
from ccbot.flows.measuring import MEASURE_S
from ccbot.phone.rtp import Sound
from tests.asterisk.guests import Guests
from tests.asterisk.test_refer import talking

pytestmark = pytest.mark.xdist_group("centre 2")

LOST_EVERY = 10
LOSS_PERCENT = 100 / LOST_EVERY
ON_RECORD_S_MAX = 4 * MEASURE_S


@contextmanager
def packets_lost(sound: Sound, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every tenth packet of this phone is not sent."""
    right, count = sound._transport, 0
    assert right is not None
    whole = right.sendto

    def lossy(data: bytes, address: tuple[str, int]) -> None:
        nonlocal count
        count += 1
        if count % LOST_EVERY:
            whole(data, address)

    with monkeypatch.context() as patched:
        patched.setattr(right, "sendto", lossy)
        yield


async def test_lost_packets_of_a_phone_are_on_record_and_the_other_leg_is_good(
    guests: Guests, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await guests.agent("1901")
    call, leg = await talking(guests, agent)
    with packets_lost(leg.sound, monkeypatch):
        await asyncio.sleep(4 * MEASURE_S)
        call.hang_up()
        await leg.ended(within_s=10)

    row = await guests.row(call)
    legs = await guests.quality(row["call_id"], legs=2, within_s=ON_RECORD_S_MAX)

    bad, good = legs["1901"], legs["trunk"]
    assert (bad["whose"], good["whose"]) == ("agent", "customer")
    assert LOSS_PERCENT / 2 < bad["loss_percent"] < 1.5 * LOSS_PERCENT
    assert good["loss_percent"] < 1
    assert bad["mes"] < MES_MIN < good["mes"]
    assert bad["received"] > 3 * MEASURE_S * 40
