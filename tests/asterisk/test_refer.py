"""A phone's transfer button: REFER is refused politely, whatever is in it, and the talk goes on."""

import pytest

from ccbot.phone import Phone
from ccbot.phone.legs import Incoming, Outgoing
from tests.asterisk.guests import Guests
from tests.asterisk.hotline import Hotline
from tests.asterisk.test_redirects import channels_made

pytestmark = pytest.mark.xdist_group("centre 2")

DECLINED = 603
VOICE_HZ = 440
ANYWHERE = "sip:1902@127.0.0.1"

ANOTHER = ("Refer-To", f"<{ANYWHERE}>")
REFERS: dict[str, list[tuple[str, str]]] = {
    "blind to an agent": [ANOTHER],
    "blind to a number outside": [("Refer-To", "<sip:13800138000@127.0.0.1>")],
    "one that stops Asterisk 22.10 where REFER is taken": [ANOTHER, ("Refer-Sub", "false")],
    "attended, to a dialog that is not": [
        ("Refer-To", "<sip:1902@127.0.0.1?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db>")
    ],
    "malformed": [("Refer-To", "<sip:>>;;?Replaces=%zz")],
    "with no target": [],
    "with two": [ANOTHER, ANOTHER],
}


async def talking(guests: Guests, agent: Phone) -> tuple[Outgoing, Incoming]:
    """A customer in a talk with this agent."""
    call = await guests.caller()
    call.press("1")
    incoming = await agent.rings(within_s=12)
    await incoming.answer()
    await call.hears("greet.neutral", within_s=10)
    assert isinstance(call, Outgoing)
    return call, incoming


async def test_every_kind_of_refer_is_refused_and_the_talk_goes_on(
    guests: Guests, hotline: Hotline
) -> None:
    agent = await guests.agent("1901")
    call, leg = await talking(guests, agent)
    asterisk = hotline.pid_of("asterisk")
    with channels_made(hotline) as made:
        answers = {name: await leg.refer_with(*headers) for name, headers in REFERS.items()}
        answers["attended, to the call itself"] = await leg.refer(ANYWHERE, replaces=leg)
        answers["the customer's own"] = await call.refer(ANYWHERE)
        leg.say_tone(VOICE_HZ)
        await call.hears_tone(VOICE_HZ, within_s=10)
        call.hang_up()
        await leg.ended(within_s=10)

    assert answers == dict.fromkeys(answers, DECLINED)
    assert made == []
    assert hotline.pid_of("asterisk") == asterisk
    assert (await guests.row(call))["outcome"] == "answered"
