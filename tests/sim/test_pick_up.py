"""Between an agent's answer and the talk."""

from ccbot.core.facts import Missed, OfferMissed
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import ringing


def misses(world: SimWorld) -> list[Missed]:
    """Why offers were missed, in order."""
    facts = [stamped.fact for stamped in world.journal.facts]
    return [fact.reason for fact in facts if isinstance(fact, OfferMissed)]


def test_hanging_up_during_the_whisper_is_declining() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("service", "tech"))
            caller = await ringing(world, agent)
            await agent.answers()
            await agent.hears("whisper.group.service", world.patience(0.5))
            await agent.hangs_up()
            await caller.hears_music(world.patience(1))
            await world.passes(1)

            assert misses(world) == [Missed.DECLINED]

    simulate(1, story)


def test_a_customer_hears_music_through_a_whole_whisper() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("service", "tech"))
            caller = await ringing(world, agent)
            await world.passes(5)
            await agent.answers()
            began_s = sim.loop.time()
            await agent.hears("whisper.group.service", world.patience(0.1))
            await caller.hears("greet.neutral", world.patience(1.6))

            assert 1.0 < sim.loop.time() - began_s <= 1.5 + 0.1

    simulate(1, story)
