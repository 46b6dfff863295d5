"""Phones that we did not write carry sound both ways, and many of them at once are all served."""

import asyncio
import math
import os
import struct
import wave
from pathlib import Path

import pytest

from ccbot.phone import Phone
from tests.asterisk import foreign
from tests.asterisk.hotline import Guests

pytestmark = [
    pytest.mark.xdist_group("hotline"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

CALLS = int(os.environ.get("CCBOT_TEST_CALLS", "200"))
RATE = 5
AGENTS = 20
TALK_S = 1.5


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


@pytest.mark.slow
async def test_many_calls_have_one_right_row_each_and_leave_nothing(
    guests: Guests, tmp_path: Path
) -> None:
    agents = [await guests.agent(str(3000 + number)) for number in range(AGENTS)]
    open_files = guests.hotline.open_files()
    async with asyncio.TaskGroup() as tasks:
        serving = [tasks.create_task(answer_for_ever(agent)) for agent in agents]
        status = await foreign.customers(
            guests.hotline.sip_port, calls=CALLS, rate=RATE, dialled="77002", folder=tmp_path
        )
        for one in serving:
            one.cancel()
    assert status == 0

    await guests.settled()
    outcomes = await guests.outcomes("77002")

    assert outcomes == ["answered"] * CALLS
    assert abs(guests.hotline.open_files() - open_files) <= 8


async def answer_for_ever(agent: Phone) -> None:
    """An agent who answers at once, talks shortly, and hangs up."""
    while True:
        incoming = await agent.rings(within_s=120)
        await incoming.answer()
        await asyncio.sleep(TALK_S)
        incoming.hang_up()
