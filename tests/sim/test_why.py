"""Of every call of a simulated day it can be told why it went where it went."""

import pytest

from ccbot.core.facts import OfferMade
from ccbot.core.why import Moment, Story, What
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.people import Pace, a_day
from tests.sim.sim_world import sim_world
from tests.sim.tuned import GROUPS, tuned

PACE = Pace(lasts_s=200, between_calls_s=4, agents=8, groups=GROUPS)


@pytest.mark.parametrize("seed", range(1, 4))
def test_whoever_was_asked_is_told_to_have_been_a_candidate(seed: int) -> None:
    offers = 0

    async def story(sim: Sim) -> None:
        nonlocal offers
        delays = ChanceDelays(sim.chance("delays"))
        async with sim_world(sim, delays=delays, document=tuned()) as world:
            await a_day(world, PACE)
        journal = world.journal
        for call in journal.calls():
            told = Story(call)
            for stamped in journal.facts:
                told.take(stamped)
            assert told.replay.refused == 0
            asked = [moment for moment in told.moments if moment.what is What.OFFERED]
            made = [
                one.fact.agent
                for one in journal.facts
                if isinstance(one.fact, OfferMade) and one.fact.call == call
            ]
            assert [moment.agent for moment in asked] == made
            for moment in asked:
                assert_is_chosen(moment)
            offers += len(asked)

    simulate(seed, story)
    assert offers > 0


def assert_is_chosen(moment: Moment) -> None:
    """The one who was asked could be asked, and is the first by what the strategy counts."""
    assert moment.agent in moment.candidates
    assert moment.agent not in moment.excluded
    mine = moment.counted.get(moment.agent)
    others = [one for agent, one in moment.counted.items() if agent != moment.agent]
    if moment.strategy in {"fewest_calls", "ordered"} and mine is not None:
        assert all(one is not None and one >= mine for one in others)
    if moment.strategy == "longest_idle" and mine is not None:
        assert all(one is not None and one <= mine for one in others)
