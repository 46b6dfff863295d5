"""Every ending of a transfer, simulated: exact to the moment, and with delays by chance."""

import pytest

from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.matrix import MATRIX, Ending
from tests.world.matrix.play import play

DELAY_SEEDS = range(1, 4)
DELAYED_S = 1.0
"""What a few requests and events take together when each is late."""

every_ending = pytest.mark.parametrize("ending", MATRIX, ids=[one.name for one in MATRIX])


@every_ending
def test_ending(ending: Ending) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await play(world, ending)

    simulate(0, story)


@every_ending
@pytest.mark.parametrize("seed", DELAY_SEEDS)
def test_ending_with_delays(ending: Ending, seed: int) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            world.slack_s = DELAYED_S
            await play(world, ending)

    simulate(seed, story)
