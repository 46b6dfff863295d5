"""The scenarios, simulated: exact to the moment, and with delays by chance."""

import pytest

from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.scenarios import SCENARIOS, Scenario, name_of

DELAY_SEEDS = range(1, 6)
DELAYED_S = 0.8
"""What a few requests and events take together when each is late."""

every_scenario = pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=[name_of(scenario) for scenario in SCENARIOS]
)


@every_scenario
def test_scenario(scenario: Scenario) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await scenario(world)

    simulate(0, story)


@every_scenario
@pytest.mark.parametrize("seed", DELAY_SEEDS)
def test_scenario_with_delays(scenario: Scenario, seed: int) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            world.slack_s = DELAYED_S
            await scenario(world)

    simulate(seed, story)
