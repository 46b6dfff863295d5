"""A phone's hold button where it meets transfers, the API and restarts."""

from ccbot.core.calls import Stage
from ccbot.core.facts import CallHeld, CallResumed, HoldBy
from ccbot.core.ids import AgentId
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking

AGENT = AgentId("1901")
GREETED_S = 4.5


def holds(world: SimWorld) -> list[HoldBy]:
    facts = [one.fact for one in world.journal.facts]
    return [one.by for one in facts if isinstance(one, CallHeld)]


def resumed(world: SimWorld) -> int:
    return sum(isinstance(one.fact, CallResumed) for one in world.journal.facts)


def stage(world: SimWorld) -> Stage:
    [call] = world.centre.desk.floor.calls.values()
    return call.stage


def test_the_fact_says_that_it_was_the_phone() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            await talking(world, agent)
            await world.passes(GREETED_S)
            await agent.holds()
            await world.passes(1)
            await agent.unholds()
            await world.passes(1)
            assert (holds(world), resumed(world)) == ([HoldBy.PHONE], 1)

    simulate(1, story)


def test_star_one_does_not_bring_her_back_to_a_phone_that_holds() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(GREETED_S)
            await agent.holds()
            await caller.hears_music(1)
            await world.passes(1)
            agent.press("*1")
            await world.passes(2)
            assert stage(world) is Stage.HOLD
            await agent.unholds()
            await world.passes(1)
            assert stage(world) is Stage.TALK

    simulate(1, story)


def test_in_a_consultation_the_button_changes_nothing_and_what_it_holds_is_held_after_it() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent, colleague = await world.agent("1901"), await world.agent("1902")
            await talking(world, agent)
            await world.passes(GREETED_S)
            agent.press("*31902#")
            await colleague.rings(4)
            await colleague.answers()
            await world.passes(4)
            await agent.holds()
            await world.passes(1)
            assert (stage(world), holds(world)) == (Stage.CONSULT, [])
            await colleague.hangs_up()
            await world.passes(1)
            assert (stage(world), holds(world)) == (Stage.HOLD, [HoldBy.PHONE])
            await agent.unholds()
            await world.passes(1)
            assert stage(world) is Stage.TALK

    simulate(1, story)


def test_a_hold_of_the_phone_survives_a_restart_and_ends_by_the_phone() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            await talking(world, agent)
            await world.passes(GREETED_S)
            await agent.holds()
            await world.passes(1)
            async with world.ccbot_away():
                await world.passes(1)
            await world.passes(1)
            assert stage(world) is Stage.HOLD
            await agent.unholds()
            await world.passes(1)
            assert stage(world) is Stage.TALK

    simulate(1, story)


def test_if_the_phone_came_back_while_nobody_saw_it_star_one_brings_her_back() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            await talking(world, agent)
            await world.passes(GREETED_S)
            await agent.holds()
            await world.passes(1)
            async with world.ccbot_away():
                await agent.unholds()
                await world.passes(1)
            await world.passes(1)
            assert stage(world) is Stage.HOLD
            agent.press("*1")
            await world.passes(1)
            assert stage(world) is Stage.TALK

    simulate(1, story)


def test_a_customers_own_hold_changes_nothing() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(GREETED_S)
            assert isinstance(caller, SimCaller)
            caller.line.hold()
            await world.passes(1)
            assert (stage(world), holds(world)) == (Stage.TALK, [])
            caller.line.unhold()
            await world.passes(1)

    simulate(1, story)
