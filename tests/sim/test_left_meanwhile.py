"""An agent who hung up while ccbot was away: what his customer hears when it is back."""

from collections.abc import Awaitable, Callable

import pytest

from tests.sim.ears import Kind
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import SURVEY_TALK_S, talking

Apart = Callable[[SimWorld], Awaitable[None]]

BACK_S = 5.0
CONSULTED_S = 4.0


async def held(world: SimWorld) -> None:
    world.agents["1901"].press("*1")
    await world.passes(1)


async def consulted_about(world: SimWorld) -> None:
    world.agents["1901"].press("*31902#")
    await world.agents["1902"].rings(2)
    await world.agents["1902"].answers()
    await world.passes(CONSULTED_S)


@pytest.mark.parametrize("apart", [held, consulted_about])
def test_a_customer_who_heard_music_is_asked_for_satisfaction_without_it(apart: Apart) -> None:
    async def story(sim: Sim) -> set[Kind]:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            colleague = await world.agent("1902", ("tech",))
            caller, _ = await talking(world, agent)
            await world.passes(SURVEY_TALK_S)
            await apart(world)
            async with world.ccbot_away():
                if colleague.phone.channel is not None:
                    await colleague.hangs_up()
                    await world.passes(0.1)
                await agent.hangs_up()
            await caller.hears("survey.csat3", BACK_S)
            asked_s = sim.loop.time()
            await world.passes(7)
            caller.hang_up()
            await world.row(caller)
            heard = world.callers[0].ears.log
            moments = [one for one in heard if one.at_s >= asked_s]
            return {sound.kind for one in moments for sound in one.sounds}

    assert Kind.MUSIC not in simulate(1, story)
