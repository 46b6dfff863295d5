"""A rehearsal takes whatever a journal holds, and comes out the same each time."""

from datetime import timedelta

from ccbot.core.rehearsal import Day, End, Recorder, rehearse
from tests.sim.delays import ChanceDelays
from tests.sim.loop import EPOCH, Sim, simulate
from tests.sim.people import Pace, a_day
from tests.sim.sim_world import sim_world
from tests.world.routing import routing

PACE = Pace(lasts_s=1200, between_calls_s=10, agents=8)


def test_a_simulated_day_is_rehearsed_with_everybody_in_it() -> None:
    async def story(sim: Sim) -> Day | None:
        recorder = Recorder(EPOCH - timedelta(hours=1), EPOCH + timedelta(hours=12))
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            await a_day(world, PACE)
        for stamped in world.journal.facts:
            recorder.take(stamped)
        return recorder.day()

    day = simulate(1, story)
    assert day is not None
    fates = rehearse(day, day.document)
    assert fates == rehearse(day, routing())
    assert fates.keys() == {one.entered.call for one in day.arrivals}
    answered = [sum(one.end is End.ANSWERED for one in some)
                for some in (fates.values(), [one.was for one in day.arrivals])]  # fmt: skip
    assert min(answered) > 10
