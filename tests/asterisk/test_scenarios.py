"""The scenarios of the simulation, on the real Asterisk, with real SIP and real sound.

Most of a scenario is waiting, so they are spread over several centres that run side by side.
"""

import pytest

from tests.asterisk.guests import Guests
from tests.asterisk.real_world import RealWorld
from tests.world.scenarios import SCENARIOS, Scenario, name_of

CENTRES = 9

every_scenario = pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(
            scenario,
            id=name_of(scenario),
            marks=pytest.mark.xdist_group(f"centre {place % CENTRES}"),
        )
        for place, scenario in enumerate(SCENARIOS)
    ],
)


@every_scenario
async def test_scenario(guests: Guests, scenario: Scenario) -> None:
    await scenario(RealWorld(guests, guests.stack))
