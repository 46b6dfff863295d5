"""Every ending of a transfer, simulated: exact to the moment, and with delays by chance."""

from collections.abc import Callable

import pytest

from ccbot.flows import seating
from ccbot.flows.seating import Places
from ccbot.flows.table import Table
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


def she_hears_the_consultation(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(seating, "places", lambda call: Places(customer=True, target=True))


def the_target_stays_with_the_music(patches: pytest.MonkeyPatch) -> None:
    where = seating.places
    patches.setattr(seating, "places", lambda call: where(call)._replace(target=False))


def the_sender_stays_after_it(patches: pytest.MonkeyPatch) -> None:
    async def nobody(_: Table) -> None:
        pass

    patches.setattr(Table, "_let_others_go", nobody)


@pytest.mark.parametrize(
    ("bug", "complaint"),
    [
        (she_hears_the_consultation, r"'C~ A=B B=A': 1901 does not hear .* but \['138"),
        (the_target_stays_with_the_music, r"after 'B answers', 'C~ A=B B=A': 1901 does not hear"),
        (the_sender_stays_after_it, r"after 'A \*4', 'C=B B=C A\.': "),
    ],
)
def test_a_planted_bug_is_heard(
    bug: Callable[[pytest.MonkeyPatch], None], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    completed = next(one for one in MATRIX if one.name == "consulted and completed")

    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await play(world, completed)

    bug(monkeypatch)
    with pytest.raises(AssertionError, match=complaint):
        simulate(0, story)
