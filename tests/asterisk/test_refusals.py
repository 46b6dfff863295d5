"""Why a phone was not answered, as the real Asterisk tells it."""

import pytest

from ccbot.phone import Manner
from tests.asterisk.guests import Guests

pytestmark = pytest.mark.xdist_group("centre 3")


@pytest.mark.parametrize(
    ("status", "reason"),
    [(486, "busy"), (603, "declined"), (404, "unreachable"), (500, "phone_error")],
)
async def test_each_refusal_has_its_reason(guests: Guests, status: int, reason: str) -> None:
    agent = await guests.agent("1901")
    call = await guests.caller()
    call.press("1")
    incoming = await agent.rings(within_s=12)

    await incoming.decline(status)

    assert await guests.missed() == [reason]
    call.hang_up()


@pytest.mark.parametrize(
    ("manner", "reason"), [(Manner.RING, "no_answer"), (Manner.SILENT, "unreachable")]
)
async def test_a_phone_that_never_rang_is_gone_and_its_agent_missed_nothing(
    guests: Guests, manner: Manner, reason: str
) -> None:
    agent = await guests.agent("1901")
    agent.manner = manner
    call = await guests.caller()
    call.press("1")

    assert await guests.missed() == [reason]
    call.hang_up()
