"""Codes at odd moments, and of agents whom the floor does not know any more."""

from ccbot.core.facts import AgentRemoved
from ccbot.core.ids import AgentId
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.steps import talking


def test_an_agent_who_was_removed_hears_so_whatever_he_dials() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            world.centre.desk.post(AgentRemoved(agent=AgentId("1901")))
            for code in ("*71", "*72", "*73", "*74", "*741"):
                await agent.dials(code, "agent.removed")

    simulate(1, story)


def test_a_sender_hears_over_the_ringing_that_a_key_does_nothing_and_then_it_rings_on() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent, colleague = await world.agent("1901"), await world.agent("1902", ("tech",))
            caller, _ = await talking(world, agent)
            await world.passes(5)
            agent.press("*31902#")
            await colleague.rings(2)
            agent.press("*5")
            await agent.hears("agent.refused", 0.5)
            await world.passes(3)
            ringing = {sound.what for sound in world.agents["1901"].phone.ears.log[-1].sounds}
            assert "tone:ring" in ringing
            agent.press("*6")
            await colleague.stops_ringing(0.5)
            caller.hang_up()

    simulate(1, story)


def test_she_hears_once_that_she_is_handed_on_though_the_sender_hangs_up_while_it_rings() -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim) as world:
            agent, colleague = await world.agent("1901"), await world.agent("1902", ("tech",))
            caller, _ = await talking(world, agent)
            await world.passes(5)
            agent.press("*31902#")
            await colleague.rings(2)
            await world.passes(3)
            await agent.hangs_up()
            await world.passes(5)
            caller.hang_up()
            await world.row(caller)
            return world.callers[0].ears.prompts().count("transfer.announce")

    assert simulate(1, story) == 1
