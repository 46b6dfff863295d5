"""Callers who come while ccbot is away are kept, and served in the order of their arrival."""

import asyncio

import pytest

from tests.faults.centre import Apart, numbers
from tests.faults.routing import QUEUE_ENTRY
from tests.faults.steps import SETUP_S_MAX, are_served_in_order, resting_agent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
]

APART_S = 0.2
HANDED_BACK_S_MAX = 12.0
"""The apology is heard to its end; then every three seconds Asterisk asks whether ccbot is back."""


@pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.slow)])
async def test_they_are_served_in_order_of_arrival(apart: Apart, count: int) -> None:
    async with apart.world() as world:
        agent = await resting_agent(world)
        await apart.kill()
        callers = []
        for _ in range(count):
            callers.append(await world.caller(QUEUE_ENTRY))
            await callers[-1].call.answered(within_s=SETUP_S_MAX)
            await asyncio.sleep(APART_S)
        await apart.starts()
        await apart.ready()
        for caller in callers:
            await caller.hears("queue.busy", HANDED_BACK_S_MAX)
        await agent.dials("*71", "agent.signed_in")
        await are_served_in_order(world, agent, callers)
        rows = await apart.rows(numbers(callers))
        assert [(row["degraded"], row["outcome"]) for row in rows] == [
            (True, "abandoned_ringing")
        ] * count
        came = [row["entered_at"] for row in rows]
        assert came == sorted(came)
