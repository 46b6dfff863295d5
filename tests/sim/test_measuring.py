"""Every leg of a talk is measured while it lasts, and told of when it is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ccbot.core.facts import CallEnded, LegMeasured, Whose
from ccbot.flows.measuring import MEASURE_S, Measuring
from tests.sim.fake_channels import Quality
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking


@asynccontextmanager
async def measured(sim: Sim) -> AsyncIterator[SimWorld]:
    """A centre whose legs are measured."""
    async with sim_world(sim) as world, asyncio.TaskGroup() as tasks:
        own = Measuring(world.centre.desk, world.centre.exchange)
        measuring = tasks.create_task(own.run())
        yield world
        measuring.cancel()


def told(world: SimWorld) -> dict[Whose, LegMeasured]:
    facts = [one.fact for one in world.journal.facts]
    return {one.whose: one for one in facts if isinstance(one, LegMeasured)}


def suffers(agent: SimAgent, loss: float, jitter_s: float, mes: float) -> None:
    """The network of the agent's phone is bad from now on."""
    assert agent.phone.channel is not None
    agent.phone.channel.quality = Quality(loss=loss, jitter_s=jitter_s, mes=mes)


def test_both_legs_of_a_talk_are_told_each_with_its_line() -> None:
    async def story(sim: Sim) -> None:
        async with measured(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            suffers(agent, loss=0.1, jitter_s=0.03, mes=45.0)
            await world.passes(3 * MEASURE_S)
            caller.hang_up()
            await agent.is_let_go(1)
            await world.passes(MEASURE_S)

            legs = told(world)
            assert {whose: leg.line for whose, leg in legs.items()} == {
                Whose.CUSTOMER: "trunk",
                Whose.AGENT: "1901",
            }
            bad, good = legs[Whose.AGENT], legs[Whose.CUSTOMER]
            assert 9 < 100 * bad.lost / (bad.lost + bad.received) < 11
            assert (bad.jitter_ms, bad.mes, bad.mes_min) == (30.0, 45.0, 45.0)
            assert (good.lost, good.mes) == (0, 88.0)
            assert bad.lasted_s == 2 * MEASURE_S

    simulate(1, story)


def test_what_is_told_after_the_end_of_a_call_happened_before_it() -> None:
    async def story(sim: Sim) -> None:
        async with measured(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(2 * MEASURE_S)
            caller.hang_up()
            await world.passes(2 * MEASURE_S)

            facts = world.journal.facts
            [ended] = [one for one in facts if isinstance(one.fact, CallEnded)]
            legs = [one for one in facts if isinstance(one.fact, LegMeasured)]
            assert len(legs) == 2
            assert all(facts.index(one) > facts.index(ended) for one in legs)
            assert all(one.at < ended.at for one in legs)

    simulate(1, story)


def test_a_talk_shorter_than_the_measure_is_not_told() -> None:
    async def story(sim: Sim) -> None:
        async with measured(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            caller.hang_up()
            await agent.is_let_go(1)
            await world.passes(3 * MEASURE_S)
            assert len(told(world)) <= 2
            assert all(leg.lasted_s == 0 for leg in told(world).values())

    simulate(1, story)


def test_legs_that_cannot_be_read_are_not_told() -> None:
    async def story(sim: Sim) -> None:
        async with measured(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            world.asterisk.refused = lambda _, path: 404 if "rtp_statistics" in path else 0
            await world.passes(3 * MEASURE_S)
            caller.hang_up()
            await agent.is_let_go(1)
            await world.passes(2 * MEASURE_S)
            assert told(world) == {}

    simulate(1, story)
