"""Dozens of calls by chance, counted three times: by the telephones, by Asterisk, and by ccbot."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from ccbot.phone import CallFailedError, OverdueError, Phone
from ccbot.phone.legs import Incoming
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.hotline import running_hotline
from tests.asterisk.storm import SHIFT_S_MAX, Customer, Storm, is_served, lasted_s, rung, shown_on
from tests.asterisk.witnesses import AsterisksLog, reported
from tests.world.world import CHOIR_ENTRY, SWIFT_ENTRY

pytestmark = [pytest.mark.xdist_group("count"), pytest.mark.slow]

CALLS = 36
BETWEEN_CALLS_S = 0.7
PATIENCE_S = 60.0
LATE_MS = 600
"""A phone and ccbot may differ by so much: requests, and a busy machine."""
AT_ONCE_S = 0.2
"""Who leaves so soon after the answer may have been bridged, or not."""


@pytest_asyncio.fixture
async def fresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guests]:
    """The phones of a centre that has seen no call."""
    home = tmp_path_factory.mktemp("a-folder-with-a-name-so-long-that-asterisk-would-cut-it-off")
    first_rtp = 12_000 + (os.getpid() % 10) * 600
    with running_hotline(home, CCBOT_RTP_PORTS=f"{first_rtp}-{first_rtp + 599}") as centre:
        async with centre.guests() as guests:
            yield guests


class Fate(NamedTuple):
    """What becomes of a customer, as far as it is up to her."""

    dialled: str
    patience_s: float
    talk_s: float
    """Then she hangs up, if the agent has not."""


def fate(rng: random.Random) -> Fate:
    """One of those that customers have."""
    return rng.choice(
        [
            Fate("10000", rng.uniform(0.3, 3), 0),
            Fate(SWIFT_ENTRY, rng.uniform(0.3, 3), rng.uniform(0.4, 4)),
            Fate(SWIFT_ENTRY, PATIENCE_S, rng.uniform(0.4, 4)),
            Fate(CHOIR_ENTRY, PATIENCE_S, rng.uniform(0.4, 4)),
        ]
    )


async def lives(storm: Storm, customer: Customer, own: Fate) -> None:
    """She waits as long as she likes, talks, and hangs up."""
    with suppress(CallFailedError):
        await customer.call.answered(within_s=NOISE_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(own.patience_s):
            while not is_served(storm, customer):
                await asyncio.sleep(0.02)
            with suppress(OverdueError):
                await customer.call.ended(within_s=own.talk_s)
    customer.call.hang_up()


async def works(phone: Phone, rng: random.Random) -> None:
    """An agent who declines now and then, and hangs up if the customer does not; for ever."""
    while True:
        incoming = await phone.rings(within_s=SHIFT_S_MAX)
        await asyncio.sleep(rng.uniform(0, 0.8))
        if rng.random() < 0.15:
            await incoming.decline()
            continue
        with suppress(CallFailedError):
            await incoming.answer()
            with suppress(OverdueError):
                await incoming.ended(within_s=rng.uniform(1.5, 3))
            incoming.hang_up()


async def live_through_it(storm: Storm) -> dict[str, Fate]:
    """The day; customer's number → her fate."""
    fates: dict[str, Fate] = {}
    async with asyncio.TaskGroup() as tasks:
        shifts = [
            tasks.create_task(works(phone, random.Random(place)))
            for place, phone in enumerate(storm.phones)
        ]
        async with asyncio.TaskGroup() as visits:
            for _ in range(CALLS):
                own = fate(storm.rng)
                customer = await storm.dials_in(own.dialled)
                fates[customer.number] = own
                visits.create_task(lives(storm, customer, own))
                await asyncio.sleep(storm.rng.expovariate(1 / BETWEEN_CALLS_S))
        for shift in shifts:
            shift.cancel()
    return fates


def served(storm: Storm, customer: Customer) -> list[Incoming]:
    """The agents' legs on which she was answered."""
    return [
        call
        for phone in storm.phones
        for call in rung(phone)
        if call.answered_s is not None and shown_on(call) == customer.shown
    ]


async def test_telephones_asterisk_log_and_report_count_the_same(fresh: Guests) -> None:
    storm = Storm(fresh, SWIFT_ENTRY, seed=4)
    await storm.staff(3, "swift")
    await storm.staff(2, "choir")
    log = AsterisksLog(fresh.hotline.home)
    fates = await live_through_it(storm)
    await fresh.settled()
    assert list(storm.problems()) == []

    rows = {one.number: (await fresh.row_of_caller(one.number))[0] for one in storm.customers}
    asterisk = log.lived().customers
    assert asterisk.keys() == rows.keys() == fates.keys()
    assert len(await fresh.all_rows()) == CALLS

    differences = [
        text
        for customer in storm.customers
        for text in against_the_phones(storm, customer, rows[customer.number])
    ]
    for number, lived in asterisk.items():
        row = rows[number]
        lasted = (row["ended_at"] - row["entered_at"]).total_seconds()
        if len(lived) != 1 or abs(lived[0] - lasted) * 1000 > LATE_MS:
            differences.append(f"{number}: {lasted} s, by Asterisk's log {lived}")
    assert differences == []
    await report_agrees(storm, fates, rows)


def against_the_phones(storm: Storm, customer: Customer, row: dict[str, Any]) -> list[str]:
    """Where the row differs from what the telephones say."""
    talks = [call for call in served(storm, customer) if lasted_s(call) > AT_ONCE_S]
    if not talks and served(storm, customer):
        return []  # who can tell?
    told = (row["outcome"] == "answered", list(row["agents"]))
    seen = (bool(talks), [storm.agent_of(call) for call in talks])
    found = [] if told == seen else [f"{customer.number}: {told}, by the phones {seen}"]
    for call in talks:
        if abs(lasted_s(call) * 1000 - row["talk_ms"]) > LATE_MS:
            found.append(f"{customer.number}: {row['talk_ms']} ms, by the phones {lasted_s(call)}")
        by = "agent" if call.ending is not None and call.ending.by == "us" else "caller"
        if row["hung_up_by"] != by:
            found.append(f"{customer.number}: {row['hung_up_by']} hung up, by the phones {by}")
    return found


async def report_agrees(
    storm: Storm, fates: dict[str, Fate], rows: dict[str, dict[str, Any]]
) -> None:
    """The report's counts are those of the telephones."""
    told = await asyncio.to_thread(reported, storm.guests.hotline.home)
    metrics = {one["metric"]: one["value"] for one in told["scopes"][0]["metrics"]}
    queued = sum(one.dialled != "10000" for one in fates.values())
    talked = sum(row["outcome"] == "answered" for row in rows.values())
    assert told["calls"]["by_outcome"] == dict(Counter(row["outcome"] for row in rows.values()))
    assert told["calls"]["logged"] == CALLS
    assert metrics["offered"] == queued
    assert (metrics["answered"], metrics["talks"]) == (talked, talked)
    assert metrics["abandoned"] == queued - talked
