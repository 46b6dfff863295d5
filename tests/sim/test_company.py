"""The voice beside a waiting caller, when her line turns out to be gone."""

import asyncio

import pytest

from ccbot.flows.company import company
from ccbot.flows.visitor import NoMemory, Visit
from ccbot.pbx.leg import LegGone
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.steps import waiting


def test_a_line_that_is_gone_is_told_as_what_it_is_and_not_as_a_fault_of_ours() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await (await world.agent("1901")).dials("*721", "agent.not_ready")
            await waiting(world)
            centre = world.centre
            [call] = centre.desk.floor.calls.values()
            leg = centre.exchange.leg(call.leg)
            assert leg is not None
            visit = Visit(
                id=call.id,
                leg=leg,
                desk=centre.desk,
                exchange=centre.exchange,
                memory=NoMemory(),
                looked_up=asyncio.Event(),
            )

            with pytest.raises(LegGone):
                async with company(visit):
                    raise LegGone(leg, "no such channel")

    simulate(1, story)
