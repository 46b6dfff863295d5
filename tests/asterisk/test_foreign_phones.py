"""Phones that we did not write carry sound both ways, and many of them at once are all served."""

import asyncio
import math
import os
import struct
import wave
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ccbot.phone import Phone
from tests.asterisk import foreign
from tests.asterisk.guests import Guests
from tests.faults.left import tasks_at_rest
from tests.world.world import QUICK_ENTRY

pytestmark = [
    pytest.mark.xdist_group("centre 1"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

CALLS = int(os.environ.get("CCBOT_TEST_CALLS", "40"))
"""200 is what a release is tried with (about a minute)."""
RATE = 5
AGENTS = 20
TALK_S = 1.5
SPARE_FILES = 8
"""Connections that come and go."""
IDLE_S_MAX = 20.0
"""Connections of the busy time are closed by then."""
SPARE_TASKS = 4
"""Requests in flight."""


def power_at(path: Path, frequency: float) -> float:
    """The share of a WAV's last second that is this tone, 0 to 1."""
    with wave.open(str(path)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)[-rate:]
    turn = 2 * math.pi * frequency / rate
    real = sum(sample * math.cos(turn * step) for step, sample in enumerate(samples))
    imaginary = sum(sample * math.sin(turn * step) for step, sample in enumerate(samples))
    energy = sum(sample * sample for sample in samples) or 1
    return float(2 * (real * real + imaginary * imaginary) / (len(samples) * energy))


@pytest.mark.skipif(foreign.BARESIP is None, reason="baresip is not installed")
async def test_baresip_and_sipp_carry_sound_both_ways(guests: Guests, tmp_path: Path) -> None:
    await guests.account("1001", "service")
    async with foreign.baresip(tmp_path, "p-1001", guests.hotline.server) as agent:
        await agent.dial(f"sip:*71@127.0.0.1:{guests.hotline.sip_port}")
        await guests.until_fact("agent_signed_in")
        async with asyncio.TaskGroup() as tasks:
            port = guests.hotline.sip_port
            tasks.create_task(
                foreign.customers(port, calls=1, rate=1, dialled="77001", folder=tmp_path)
            )
            await guests.until_fact("greeting_played")
            await asyncio.sleep(TALK_S)
            await agent.hang_up()

    # The customer's phone sends back what it hears: his own tone reached the agent's ear.
    assert power_at(agent.heard()[-1], foreign.TONE_HZ) > 0.3


async def test_many_calls_have_one_right_row_each_and_leave_nothing(
    guests: Guests, tmp_path: Path
) -> None:
    numbers = [str(3000 + number) for number in range(AGENTS)]
    async with asyncio.TaskGroup() as tasks:
        signing_in = [tasks.create_task(guests.agent(number, "quick")) for number in numbers]
    agents = [one.result() for one in signing_in]
    tasks_before, open_files = await tasks_at_rest(guests.hotline), guests.hotline.open_files()
    async with asyncio.TaskGroup() as tasks:
        serving = [tasks.create_task(answer_for_ever(agent)) for agent in agents]
        status = await foreign.customers(
            guests.hotline.sip_port, calls=CALLS, rate=RATE, dialled=QUICK_ENTRY, folder=tmp_path
        )
        for one in serving:
            one.cancel()
    assert status == 0

    await guests.settled()
    rows = await guests.rows(QUICK_ENTRY, expected=CALLS)

    assert Counter(map(what_matters, rows)) == {("answered", "agent", 1, "answered", 5): CALLS}
    assert {row["last_agent"] for row in rows} <= set(numbers)
    async with asyncio.timeout(IDLE_S_MAX):
        while guests.hotline.open_files() - open_files > SPARE_FILES:
            await asyncio.sleep(0.2)
    assert await tasks_at_rest(guests.hotline) - tasks_before <= SPARE_TASKS


def what_matters(row: dict[str, Any]) -> tuple[Any, ...]:
    """What is the same for every caller who is served by one agent and satisfied."""
    agents = len(row["agents"])
    return (row["outcome"], row["hung_up_by"], agents, row["survey_status"], row["survey_score"])


async def answer_for_ever(agent: Phone) -> None:
    """An agent who answers at once, talks shortly, and hangs up."""
    while True:
        incoming = await agent.rings(within_s=120)
        await incoming.answer()
        await asyncio.sleep(TALK_S)
        incoming.hang_up()
