"""Listening to a leg: a snoop is ours before it is used, and never outlives whom it hears."""

import asyncio

import pytest

from ccbot.pbx.snoop import NoSnoop, snooping
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking


def test_a_snoop_is_there_for_the_length_of_its_block() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await _talking(world)
            exchange = world.centre.exchange
            async with snooping(exchange, caller.leg, spy="in") as snoop:
                channel = world.asterisk.channels[snoop.id]
                assert (channel.snoops_on, channel.spy) == (caller.line.channel, "in")
                assert exchange.leg(snoop.id) is snoop
            assert snoop.id not in world.asterisk.channels

    simulate(1, story)


def test_a_snoop_ends_with_whom_it_hears() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await _talking(world)
            async with snooping(world.centre.exchange, caller.leg, spy="both") as snoop:
                caller.hang_up()
                async with asyncio.timeout(2):
                    await snoop.ended.wait()

    simulate(1, story)


def test_nobody_can_be_heard_who_is_gone() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            with pytest.raises(NoSnoop):
                async with snooping(world.centre.exchange, "nobody", spy="in"):
                    raise AssertionError("it began")

    simulate(1, story)


def test_a_snoop_that_is_not_told_of_is_given_up_and_hung_up() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await _talking(world)
            world.asterisk.feed.lost = {"StasisStart"}
            with pytest.raises(NoSnoop):
                async with snooping(world.centre.exchange, caller.leg, spy="in"):
                    raise AssertionError("it began")
            world.asterisk.feed.lost = set()

    simulate(1, story)


async def _talking(world: SimWorld) -> SimCaller:
    caller, _ = await talking(world, await world.agent("1901"))
    assert isinstance(caller, SimCaller)
    return caller
