"""What ccbot believes of agents' phones, when Asterisk answers late or not at all."""

from ccbot.core.facts import Phone
from ccbot.core.ids import AgentId
from tests.sim.fake_asterisk import REQUEST_S_MAX
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world

AUDIT_S_MAX = 6.5
"""An audit comes every five seconds, and takes up to one if it finds a difference."""


def phone_of(world: SimWorld, number: str) -> Phone:
    return world.centre.desk.floor.agents[AgentId(number)].phone


def test_a_phone_that_asterisk_did_not_tell_of_is_asked_about_again() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await world.agent("1901")
            world.asterisk.swallowed = lambda method, path: path.startswith("/deviceStates")
            await world.centre.presence.watch(AgentId("1901"))
            assert phone_of(world, "1901") is Phone.UNREACHABLE

            world.asterisk.swallowed = lambda method, path: False
            await world.passes(REQUEST_S_MAX + AUDIT_S_MAX)

            assert phone_of(world, "1901") is Phone.IDLE
            assert world.phone_watch.problems  # it was wrong for a while, and seen to be
            world.phone_watch.forgive()

    simulate(1, story)
