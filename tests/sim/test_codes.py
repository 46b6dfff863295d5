"""Codes of agents whom the floor does not know any more."""

from ccbot.core.facts import AgentRemoved
from ccbot.core.ids import AgentId
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world


def test_an_agent_who_was_removed_hears_so_whatever_he_dials() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            world.centre.desk.post(AgentRemoved(agent=AgentId("1901")))
            for code in ("*71", "*72", "*73", "*74", "*741"):
                await agent.dials(code, "agent.removed")

    simulate(1, story)
