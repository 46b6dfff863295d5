"""What the scenarios do not look at: sound both ways, silence, and the customer's number."""

import pytest

from ccbot.phone import Call, Manner
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.hotline import Hotline

pytestmark = pytest.mark.xdist_group("centre 0")


async def at_menu(guests: Guests) -> Call:
    call = await guests.caller()
    await call.hears("notice.recording", within_s=NOISE_S)
    await call.hears("welcome.main", within_s=NOISE_S)
    await call.hears("menu.main", within_s=NOISE_S)
    return call


async def test_customer_and_agent_hear_each_other(guests: Guests) -> None:
    agent = await guests.agent("1901")
    call = await at_menu(guests)
    call.press("1")
    incoming = await agent.rings(within_s=NOISE_S)
    assert "138****5678" in incoming.invite.get("From")
    assert "13812345678" not in str(incoming.invite)
    await incoming.answer()
    await call.hears("greet.neutral", within_s=NOISE_S)
    call.say_tone(440)
    incoming.say_tone(880)
    await incoming.hears_tone(440, within_s=NOISE_S)
    await call.hears_tone(880, within_s=NOISE_S)
    await guests.until_fact("talk_started")
    incoming.hang_up()
    await call.ended(within_s=NOISE_S)


async def test_no_silence_while_one_phone_after_the_other_rings(guests: Guests) -> None:
    first = await guests.agent("1901")
    second = await guests.agent("1902")
    first.manner = Manner.RING
    call = await guests.caller()
    call.press("1")
    unanswered = await first.rings(within_s=12 + NOISE_S)
    await unanswered.cancelled(within_s=16 + NOISE_S)

    incoming = await second.rings(within_s=NOISE_S)

    assert call.ears.longest_silence_s() < 3
    call.hang_up()
    await incoming.cancelled(within_s=NOISE_S)


async def test_the_callers_full_number_is_in_no_log(guests: Guests, hotline: Hotline) -> None:
    call = await guests.caller("13899990000")
    await call.hears("notice.recording", within_s=NOISE_S)
    call.hang_up()
    await guests.settled()

    assert "13899990000" not in hotline.log()
    assert "13899990000" not in (hotline.home / "asterisk/log/messages.log").read_text()
