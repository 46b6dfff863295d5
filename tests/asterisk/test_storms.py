"""Everybody at once, on the real Asterisk: judged by what the telephones saw."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import Phone
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.storm import (
    ELSEWHERE,
    SHIFT_S_MAX,
    Storm,
    answers,
    lasted_s,
    rung,
    talks_and_leaves,
    works,
)
from tests.world.world import CHOIR_ENTRY, SWIFT_ENTRY

pytestmark = pytest.mark.xdist_group("centre 5")

PATIENCE_S = 90.0
WRAP_UP_S = 1.5
"""The wrap-up of ``choir``, and a bit: then all are free again."""


@asynccontextmanager
async def at_work(storm: Storm, *, declines: float = 0.0) -> AsyncIterator[None]:
    """The agents answer inside the block."""
    async with asyncio.TaskGroup() as tasks:
        shifts = [
            tasks.create_task(works(phone, storm.rng, declines=declines)) for phone in storm.phones
        ]
        yield
        for shift in shifts:
            shift.cancel()


async def all_talk(storm: Storm, callers: int, *, within_s: float) -> None:
    """So many customers dial in within that time, and each stays until she has talked."""
    async with asyncio.TaskGroup() as visits:
        for _ in range(callers):
            customer = await storm.dials_in()
            visits.create_task(talks_and_leaves(storm, customer, patience_s=PATIENCE_S))
            await asyncio.sleep(within_s / callers)


@pytest.mark.parametrize("callers", [20, pytest.param(60, marks=pytest.mark.slow)])
async def test_callers_who_come_within_a_second_to_three_agents_are_all_served_once(
    guests: Guests, callers: int
) -> None:
    storm = Storm(guests, SWIFT_ENTRY, seed=1)
    await storm.staff(3, "swift")
    async with at_work(storm):
        await all_talk(storm, callers, within_s=1.0)

    await storm.agrees()
    assert {outcome for outcome, _ in (await storm.rows()).values()} == {"answered"}


async def test_of_all_who_answer_within_milliseconds_one_has_the_caller(guests: Guests) -> None:
    storm = Storm(guests, CHOIR_ENTRY, seed=2)
    await storm.staff(4, "choir")
    all_ring = asyncio.Barrier(len(storm.phones))
    async with asyncio.TaskGroup() as tasks:
        shifts = [
            tasks.create_task(_at_once(phone, all_ring, answering=phone is not storm.phones[-1]))
            for phone in storm.phones
        ]
        for _ in range(3):
            await all_talk(storm, 1, within_s=0)
            await asyncio.sleep(WRAP_UP_S)
        for shift in shifts:
            shift.cancel()

    await storm.agrees()
    lost = [one for phone in storm.phones for one in rung(phone) if lasted_s(one) < 0.5]
    assert len(lost) >= 3 * 3
    taken_back = [one.ending.reason for one in lost if one.ending and one.ending.status == 487]
    assert all(ELSEWHERE in reason for reason in taken_back), taken_back


async def _at_once(phone: Phone, all_ring: asyncio.Barrier, *, answering: bool) -> None:
    """As soon as all phones ring, they are answered, or left alone; for ever."""
    while True:
        incoming = await phone.rings(within_s=SHIFT_S_MAX)
        await all_ring.wait()
        if answering:
            await answers(incoming)
        else:
            await incoming.ended(within_s=NOISE_S)


async def test_declines_lost_phones_sign_outs_and_a_publish_cost_nobody_her_place(
    guests: Guests,
) -> None:
    storm = Storm(guests, SWIFT_ENTRY, seed=3)
    phones = await storm.staff(5, "swift")
    steady, leaver, lost = phones[:3], phones[3], phones[4]
    async with asyncio.TaskGroup() as tasks:
        shifts = [tasks.create_task(works(one, storm.rng, declines=0.2)) for one in steady]
        tasks.create_task(_signs_out_while_it_rings(guests, leaver))
        tasks.create_task(_vanishes_while_it_rings(lost))
        tasks.create_task(all_talk(storm, 9, within_s=1.5))
        await asyncio.sleep(3)
        before = await guests.publishes(_renamed)
        while not all(one.call.ending for one in storm.customers):
            await asyncio.sleep(0.1)
        for shift in shifts:
            shift.cancel()
    await guests.publishes(lambda _: before)

    await storm.agrees()
    assert {outcome for outcome, _ in (await storm.rows()).values()} == {"answered"}


def _renamed(document: RoutingDocument) -> RoutingDocument:
    groups = {**document.groups, "swift": replace(document.groups["swift"], name="quicker")}
    return replace(document, groups=groups)


async def _signs_out_while_it_rings(guests: Guests, phone: Phone) -> None:
    incoming = await phone.rings(within_s=NOISE_S)
    await guests.dials(phone, "*73", "agent.signed_out_after")
    await incoming.decline()


async def _vanishes_while_it_rings(phone: Phone) -> None:
    await phone.rings(within_s=NOISE_S)
    phone.vanish()
