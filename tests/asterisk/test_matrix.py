"""Every ending of a transfer on the real Asterisk, each party with a tone, each leg with an ear."""

import pytest

from tests.asterisk.guests import Guests
from tests.asterisk.real_world import RealWorld
from tests.asterisk.test_scenarios import CENTRES
from tests.world.matrix import MATRIX, Ending
from tests.world.matrix.play import play

every_ending = pytest.mark.parametrize(
    "ending",
    [
        pytest.param(
            ending,
            id=ending.name,
            marks=[
                pytest.mark.xdist_group(f"centre {place % CENTRES}"),
                *([pytest.mark.slow] if ending.slow else []),
            ],
        )
        for place, ending in enumerate(MATRIX)
    ],
)


@every_ending
async def test_ending(guests: Guests, ending: Ending) -> None:
    await play(RealWorld(guests, guests.stack), ending)
