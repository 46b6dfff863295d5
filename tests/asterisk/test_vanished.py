"""Telephones that are gone without a word, both at once, in the middle of a talk."""

import pytest

from ccbot.pbx.accounts import SESSION_S
from tests.asterisk.guests import NOISE_S, Guests

pytestmark = [pytest.mark.xdist_group("centre 3"), pytest.mark.slow]

UNANSWERED_S = 2 * 32
"""So long Asterisk asks in vain, then says goodbye in vain (RFC 3261: 64 times half a second)."""


async def test_a_talk_of_two_telephones_that_are_gone_ends_by_itself(guests: Guests) -> None:
    agent = await guests.agent("1901")
    customer = await guests.caller()
    await customer.hears("menu.main", within_s=NOISE_S)
    customer.press("1")
    talk = await agent.rings(within_s=NOISE_S)
    await talk.answer()
    await customer.hears("greet.neutral", within_s=NOISE_S)
    agent.vanish()
    guests.vanish(customer)

    row = await guests.row(customer, within_s=SESSION_S / 2 + UNANSWERED_S + NOISE_S)

    assert row["outcome"] == "answered"
