"""Customers wander through the real centre: no two sounds at once, no silence of over 3 s."""

import asyncio
import random
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

import pytest

from ccbot.phone import OverdueError, Phone
from ccbot.phone.ears import Ears
from ccbot.phone.legs import Outgoing
from tests.asterisk.guests import TRUNK, Guests
from tests.world.world import BILINGUAL_ENTRY, FORMAL_ENTRY, QUICK_ENTRY, SHORT_ENTRY

pytestmark = [pytest.mark.xdist_group("centre 3"), pytest.mark.slow]

VISITS = 20
AT_ONCE = 4
AGAIN = VISITS // AT_ONCE
PATIENCE_S_MAX = 60.0
TALK_S = 5.5
SILENCE_S_MAX = 3.0
OVERLAP_S_MAX = 0.1
"""Two frames that were recognised late, and the jitter of this machine."""
QUESTIONS = ("menu.", "survey.csat")
"""After these the line is silent until a key comes."""
NUMBERS = ("10000", QUICK_ENTRY, QUICK_ENTRY, SHORT_ENTRY, BILINGUAL_ENTRY, FORMAL_ENTRY)
KEYS = "111122301237"
TONE_HZ = 440


class Visited(NamedTuple):
    """What a customer heard."""

    heard: set[str]
    problems: list[str]


async def works(guests: Guests, phone: Phone, chance: random.Random) -> None:
    """An agent who answers most calls, talks, hangs up or hands over to the survey, for ever."""
    while True:
        incoming = await phone.rings(within_s=600)
        await asyncio.sleep(chance.uniform(0, 4))
        if chance.random() < 0.2:
            await incoming.decline()
            continue
        with suppress(Exception):  # the caller was faster
            await incoming.answer()
            incoming.say_tone(TONE_HZ)
            await asyncio.sleep(TALK_S)
            if chance.random() < 0.5:
                incoming.press("*7")
            else:
                incoming.hang_up()
            await incoming.ended(within_s=5)
            await asyncio.sleep(0.5)
            await guests.dials(phone, "*74", "agent.wrap_up_ended")


async def is_over(call: Outgoing, within_s: float) -> bool:
    """Whether the call ends so soon."""
    with suppress(OverdueError):
        await call.ended(within_s=within_s)
        return True
    return False


async def visits(guests: Guests, number: str, chance: random.Random) -> Visited:
    """One call: keys now and then, until it is over or her patience is."""
    phone = Phone(local=TRUNK, user=number, sounds=guests.hotline.book)
    await guests.stack.enter_async_context(phone)
    dialled = chance.choice(NUMBERS)
    call = await phone.dial(f"sip:{dialled}@127.0.0.1:{guests.hotline.sip_port}", caller=number)
    with suppress(TimeoutError):
        async with asyncio.timeout(chance.choice((8, 25, PATIENCE_S_MAX))):
            while not await is_over(call, within_s=chance.uniform(1, 8)):
                if chance.random() < 0.6:
                    call.press(chance.choice(KEYS))
    visited = Visited({one.name for one in call.ears.heard()}, problems(call.ears))
    call.hang_up()
    return visited


def problems(ears: Ears) -> list[str]:
    """What no customer should have heard."""
    heard = ears.heard()
    found = [
        f"{before.name} and {after.name} at once"
        for before, after in pairwise(heard)
        if before.until_s - after.began_s > OVERLAP_S_MAX
    ]
    for since_s, until_s in ears.silences():
        before = [one.name for one in heard if one.began_s <= since_s]
        asked = bool(before) and before[-1].startswith(QUESTIONS)
        if until_s - since_s > SILENCE_S_MAX and not asked:
            found.append(f"{until_s - since_s:.1f} s of silence after {before[-1:]}")
    return found


async def test_twenty_wandering_customers_hear_one_thing_at_a_time(guests: Guests) -> None:
    chance = random.Random(20)
    staff = [
        await guests.agent("1001", "quick", "service"),
        await guests.agent("1003", "quick", "formal"),
        await guests.agent("1901", "service", "short"),
    ]
    calls: list[Visited] = []

    async def comes_again(line: int) -> None:
        own, number = random.Random(line), f"1390{line:03}"
        calls.extend([await visits(guests, f"{number}{n:04}", own) for n in range(AGAIN)])

    async with asyncio.TaskGroup() as tasks:
        agents = [
            tasks.create_task(works(guests, phone, random.Random(chance.random())))
            for phone in staff
        ]
        async with asyncio.TaskGroup() as customers:
            for line in range(AT_ONCE):
                customers.create_task(comes_again(line))
        for agent in agents:
            agent.cancel()

    await guests.settled()
    assert len(calls) == VISITS
    assert [call.problems for call in calls if call.problems] == []
    assert len(set().union(*(call.heard for call in calls))) > 15
